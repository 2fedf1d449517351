public import ArgumentParser
public import GraftDatasets
import GraftFiles

/// How a command reads its data, where that allows more than one reading.
struct DataOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Take the class from the file name, by a pattern such as '{label}.*.jpg'.", valueName: "pattern"))
    var labelsFrom: String?

    @Option(help: "Pascal VOC: the object whose class is the class of the picture. (default: largest)")
    var object: VOCObject?

    @Option(help: "What to learn. (default: what the data has labels for)")
    var task: LearningTask?

    @Option(help: "CIFAR-100: which labels. (default: fine)")
    var cifarLabels: CIFARLabels?

    @Option(
        help: ArgumentHelp(
            "Lists: what separates the labels in a cell, such as ';'. (default: found out)",
            valueName: "character"))
    var labelSeparator: String?

    @OptionGroup var pictures: PictureOptions

    func validate() throws {
        if let labelSeparator, labelSeparator.utf8.count != 1 {
            throw ValidationError(
                "--label-separator is '\(labelSeparator)'; it must be one character, such as ';' or ' '.")
        }
    }

    /// These options as they are typed, with a space before each; nothing where none is given.
    var words: String {
        let given: [(flag: String, value: String?)] = [
            ("--labels-from", labelsFrom), ("--object", object?.rawValue), ("--task", task?.name),
            ("--cifar-labels", cifarLabels?.rawValue), ("--label-separator", labelSeparator),
            ("--max-pixels", pictures.maxPixels.map(String.init)),
        ]
        return given.map { option in option.value.map { " \(option.flag) \($0.quotedForShell)" } ?? "" }
            .joined()
    }

    /// The data at a path.
    ///
    /// - Throws: `DatasetError` where it cannot be used, or an option has no effect on it.
    func open(_ path: String) throws(DatasetError) -> any Dataset {
        try DatasetReader.open(
            path,
            options: DatasetOptions(
                task: task, labelPattern: labelsFrom, object: object, labels: cifarLabels,
                labelSeparator: labelSeparator, maxPixels: pictures.maxPixels))
    }
}

extension DataOptions {
    /// The data at a path, with classes if it has any: pictures that are not sorted yet are looked at all the same.
    func openSortedOrNot(_ path: String) throws -> any Dataset {
        do {
            return try open(path)
        } catch {
            guard error.code == .noClasses, labelsFrom == nil else { throw error }
            let isFile = ((try? FileStatus.of(path)) ?? nil)?.kind == .file
            return isFile ? try ListDataset(unlabelled: path) : try ImageFolder(unsorted: path)
        }
    }
}

extension LearningTask: ExpressibleByArgument {
    /// The task of this name.
    public init?(argument: String) {
        guard let task = LearningTask.builtIn.first(where: { $0.name == argument }) else { return nil }
        self = task
    }

    /// The names of the tasks that Graft comes with.
    public static var allValueStrings: [String] { builtIn.map(\.name) }

    /// The name.
    public var defaultValueDescription: String { name }
}
extension VOCObject: ExpressibleByArgument {}
extension CIFARLabels: ExpressibleByArgument {}
