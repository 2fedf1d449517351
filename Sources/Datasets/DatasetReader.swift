internal import GraftFiles

/// Opens a data set of whatever kind lies at a path.
///
/// ```swift
/// let data = try DatasetReader.open("VOC2012")
/// print(data.classes, data.samples.count)
/// ```
public enum DatasetReader {
    /// The data set at `path`, whose kind is told by what is there.
    ///
    /// A file is a list: see ``ListDataset``. A folder is Pascal VOC where it has `ImageSets/Main`
    /// (`VOCDataset`), CIFAR or MNIST where it has files of their names (`CIFARDataset`, `IDXDataset`),
    /// else pictures: with a label pattern in the options those of a `PatternFolder`, else those of an
    /// ``ImageFolder``.
    ///
    /// - Throws: ``DatasetError`` where the data cannot be used or an option has no effect on it.
    public static func open(
        _ path: String, options: DatasetOptions = DatasetOptions()
    ) throws(DatasetError) -> any Dataset {
        let dataset = try openAsStored(path, options: options)
        guard let limits = try options.limits() else { return dataset }
        guard dataset.samples.contains(where: \.picture.isDecoded) else {
            let problem = Problem(
                "The most pixels of a picture", found: "have no effect on \(path), whose pictures are arrays",
                remedy: "\(.leaveOut(.maxPixels))")
            throw DatasetError(.badRequest, problem)
        }
        return DatasetSubset(dataset, limits: limits)
    }

    private static func openAsStored(
        _ path: String, options: DatasetOptions
    ) throws(DatasetError) -> any Dataset {
        if let format = ListFormat(ofFile: path) {
            let tasks = LearningTask.listed.map(\.task)
            try options.requireEffect(
                of: .labelSeparator, tasks: tasks, on: "a \(format.name) list", at: path)
            return try ListDataset(path, task: options.task, labelSeparator: options.labelSeparator)
        }
        if ((try? FileStatus.of(path)) ?? nil)?.kind == .file { throw Self.noList(path) }
        if let root = try VOCDataset.root(at: path) {
            let task = options.task ?? .classification
            let isOfOne = task.rules.classesPerPicture != .any
            try options.requireEffect(
                of: isOfOne ? .object : nil, tasks: VOCDataset.tasks,
                on: isOfOne ? "Pascal VOC data" : "Pascal VOC data with all classes of a picture", at: path)
            return try VOCDataset(root, task: task, object: options.object ?? .largest)
        }
        if let kind = try CIFARDataset.kind(at: path) {
            try options.requireEffect(
                of: kind == .hundred ? .labels : nil, on: "\(kind.rawValue) data", at: path)
            return try CIFARDataset(path, labels: options.labels ?? .fine)
        }
        if IDXDataset.isPresent(at: path) {
            try options.requireEffect(on: "a folder of IDX files", at: path)
            return try IDXDataset(path)
        }
        if let pattern = options.labelPattern {
            try options.requireEffect(of: .labelPattern, on: "a folder of pictures", at: path)
            return try PatternFolder(path, pattern: pattern)
        }
        try options.requireEffect(on: "a folder of class folders", at: path)
        return try ImageFolder(path)
    }

    /// A file that says no classes: a plain list of paths, or something else.
    private static func noList(_ path: String) -> DatasetError {
        let expected = "a folder of pictures, or a list .csv, .tsv or .jsonl that says the class of each"
        guard ["txt", "lst", "list", ""].contains(path.ending) else {
            return DatasetError(
                .badRequest, Problem(path, found: "is a file, and no list of pictures", expected: expected))
        }
        return DatasetError(
            .noClasses, Problem(path, found: "is a plain text, which says no classes", expected: expected))
    }
}
