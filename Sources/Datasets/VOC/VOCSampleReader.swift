internal import GraftFiles

/// Reads the annotations of a Pascal VOC data set, and notes the classes they name.
struct VOCSampleReader {
    /// Why a picture cannot be used.
    struct BadAnnotation: Error {
        let problem: Problem
    }

    private let root: String
    /// The classes that the data declares; none where it leaves that to the annotations.
    private let declared: Set<ExactText>
    private var named: Set<ExactText> = []

    init(root: String, declared: [String]) {
        self.root = root
        self.declared = Set(declared.map(ExactText.init))
    }

    /// The names of the classes.
    var classes: [String] { (declared.isEmpty ? named : declared).map(\.text) }

    private func file(_ entry: VOCLists.Entry) -> String { "Annotations/\(entry.name).xml" }

    /// What is on a picture.
    mutating func annotation(_ entry: VOCLists.Entry) -> Result<VOCAnnotation, BadAnnotation> {
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try FileContents.readStart("\(root)/\(file(entry))", count: XMLReader.sizeLimit + 1)
        } catch {
            let problem = Problem(
                "\(file(entry)) (\(entry.place))", found: error.problem.found,
                expected: error.problem.expected,
                remedy: error.problem.remedy)
            return .failure(BadAnnotation(problem: problem))
        }
        do throws(XMLReader.Flaw) {
            let annotation = try VOCAnnotation(bytes)
            for object in annotation.objects {
                guard declared.isEmpty || declared.contains(ExactText(object.name)) else {
                    throw XMLReader.Flaw(
                        line: object.line, found: "has an object of the class \(object.name)",
                        expected: "one of the classes that have lists in ImageSets/Main")
                }
                named.insert(ExactText(object.name))
            }
            return .success(annotation)
        } catch {
            let problem = Problem(
                "\(file(entry)), line \(error.line)", found: error.found, expected: error.expected,
                remedy: "Repair or remove it")
            return .failure(BadAnnotation(problem: problem))
        }
    }

    /// The object that says a picture's one class.
    func choose(
        _ choice: VOCObject, of objects: [VOCAnnotation.Object], in entry: VOCLists.Entry
    ) throws(BadAnnotation) -> VOCAnnotation.Object {
        guard let first = objects.first else {
            let problem = Problem(
                file(entry), found: "has no object", expected: "one that says the picture's class",
                remedy: "Annotate the picture, or take it out of the list")
            throw BadAnnotation(problem: problem)
        }
        guard choice == .largest, objects.count > 1 else { return first }
        var largest: (object: VOCAnnotation.Object, area: Double)?
        for object in objects {
            guard let area = object.box?.area else {
                let problem = Problem(
                    "\(file(entry)), line \(object.line)", found: "has an object without a box",
                    expected: "<bndbox>, to find the largest", remedy: "Add it, or choose the first object")
                throw BadAnnotation(problem: problem)
            }
            if area > largest?.area ?? -1 { largest = (object, area) }
        }
        return largest?.object ?? first
    }
}
