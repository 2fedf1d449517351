internal import GraftFiles

/// Which object of a picture says its class.
///
/// ```swift
/// var options = DatasetOptions()
/// options.object = .first
/// let data = try DatasetReader.open("VOC2012", options: options)
/// ```
public enum VOCObject: String, Sendable, Hashable, Codable, CaseIterable {
    /// The one whose box has the largest area; of equally large ones the first.
    case largest
    /// The one that the annotation names first.
    case first
}

/// Pictures in the layout of the Pascal Visual Object Classes challenge, for classification.
///
/// Pictures are in `JPEGImages`, what is on them in `Annotations/NAME.xml`. `ImageSets/Main/train.txt`,
/// `val.txt` and `test.txt` list the parts, a name a line; where there is neither of the first two,
/// `trainval.txt` lists pictures that are yet to be split. The classes are those of
/// `ImageSets/Main/CLASS_train.txt` and the like, or, where there are no such files, those of the
/// annotations, in the order of their UTF-8 bytes. One that no picture has remains a class, and the doctor
/// says so.
///
/// Objects marked as difficult do not count, as in the challenge, unless a picture has no others.
/// A picture whose annotation is missing or damaged is left out by name.
/// Source: Everingham et al., "The Pascal Visual Object Classes (VOC) Challenge", 2010.
package struct VOCDataset: Dataset {
    /// The path the data was found at.
    package let root: String
    /// What is to be learned: classification or multi-label.
    package let task: LearningTask
    /// The names of the classes; a label is an index into them.
    package let classes: [String]
    /// The pictures, in the order of the lists, training first.
    package let samples: [Sample]
    /// Pictures in no list are passed over.
    package let inventory: Inventory
    /// Objects that do not count.
    package let remarks: [Finding]

    /// What can be learned from it.
    static let tasks = [LearningTask.classification, .multiLabel]

    /// Classes are known apart from the pictures.
    package var declaresClasses: Bool { true }

    /// Reads lists and annotations; no picture is read.
    ///
    /// - Parameters:
    ///   - path: The folder that `JPEGImages` is in.
    ///   - task: Whether each picture has one class, or all that are on it.
    ///   - object: Which object says the one class.
    /// - Throws: ``DatasetError`` where folders or lists are missing or unreadable, a picture is listed
    ///   twice, there are no pictures, or the task is another one.
    package init(
        _ path: String, task: LearningTask = .classification, object: VOCObject = .largest
    ) throws(DatasetError) {
        guard VOCDataset.tasks.contains(task) else {
            let problem = Problem(
                "The task \(task.name)", found: "does not suit \(path), which is Pascal VOC data",
                expected: VOCDataset.tasks.map(\.name).joined(separator: " or "))
            throw DatasetError(.badRequest, problem)
        }
        let pictures = try VOCPictures(root: path)
        let lists = try VOCLists(path, pictures)
        var reader = VOCSampleReader(root: path, declared: lists.classes)
        let annotated = lists.entries.map { ($0, reader.annotation($0)) }
        let classNames = try ClassNames(reader.classes, in: path)
        var (ignored, counted, outside) = (0, 0, 0)
        samples = annotated.map { entry, annotation in
            let file = pictures.file(entry.name)
            func sample(_ target: Target, flaw: Problem? = nil) -> Sample {
                Sample(
                    path: file, target: target, part: entry.part, source: .file(path.appending(name: file)),
                    place: entry.place, flaw: flaw)
            }
            let objects: [VOCAnnotation.Object]
            switch annotation {
            case .failure(let flaw): return sample(.labels([]), flaw: flaw.problem)
            case .success(let annotation):
                let plain = annotation.objects.filter { !$0.isDifficult }
                objects = plain.isEmpty ? annotation.objects : plain
                ignored += annotation.objects.count - objects.count
                counted += objects.count
                outside += annotation.outsideMiddleSquare(objects)
            }
            if task.rules.classesPerPicture == .any {
                return sample(.labels(Set(objects.compactMap { classNames.label($0.name) }).sorted()))
            }
            do throws(VOCSampleReader.BadAnnotation) {
                let chosen = try reader.choose(object, of: objects, in: entry)
                return sample(.label(classNames.label(chosen.name) ?? 0))
            } catch {
                return sample(.labels([]), flaw: error.problem)
            }
        }
        guard !samples.isEmpty else {
            throw DatasetError(
                .noPictures, Problem("\(path)/ImageSets/Main", found: "lists no pictures"))
        }
        root = path
        self.task = task
        classes = classNames.all
        inventory = pictures.inventory(lists.entries)
        remarks = [
            ignored == 0 ? nil : Self.ignored(ignored),
            task.rules.classesPerPicture == .any ? Self.outside(outside, of: counted) : nil,
        ].compactMap(\.self)
    }

    /// What is lost where networks see the middle square of each picture; `nil` where that is little.
    private static func outside(_ count: Int, of all: Int) -> Finding? {
        guard count * 20 >= all, count > 0 else { return nil }
        let message =
            "\(count.grouped) of \(all.grouped) objects are mostly outside the middle square of their picture, "
            + "which is all that the network sees. Resized whole, all of it is seen."
        return Finding(severity: .note, kind: .outsideSquare, path: nil, message: message)
    }

    private static func ignored(_ count: Int) -> Finding {
        let words =
            count == 1
            ? "1 object marked as difficult does" : "\(count.grouped) objects marked as difficult do"
        let message = "\(words) not count, as others are on the same pictures."
        return Finding(severity: .note, kind: .ignoredObjects, path: nil, message: message)
    }

    /// The folder with the data at `path`: itself, or the only one of `VOC2007`, `VOC2012` and so on in it;
    /// `nil` where there is no such data.
    ///
    /// - Throws: ``DatasetError`` where there are several such folders.
    static func root(at path: String) throws(DatasetError) -> String? {
        func isRoot(_ path: String) -> Bool { (try? FolderListing(path + "/ImageSets/Main")) != nil }
        if isRoot(path) { return path }
        guard let listing = try? FolderListing(path) else { return nil }
        let years = listing.entries.map(\.name).filter { $0.hasPrefix("VOC") && isRoot("\(path)/\($0)") }
        guard years.count < 2 else {
            let problem = Problem(
                path, found: "has several data sets: \(years.joined(separator: ", "))", expected: "one",
                remedy: "Choose one of these folders")
            throw DatasetError(.ambiguous, problem)
        }
        return years.first.map { "\(path)/\($0)" }
    }
}
