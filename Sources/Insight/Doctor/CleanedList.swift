package import GraftDatasets
internal import GraftFiles

/// A list of a data set's pictures without those that training is better off without.
package struct CleanedList {
    private let dataset: any Dataset
    private let leftOut: Set<String>

    /// The pictures of a data set without those that cannot be used, are there twice, or have almost certainly a wrong
    /// class.
    package init(_ dataset: any Dataset, _ report: DoctorReport) {
        self.dataset = dataset
        leftOut = Set(
            report.findings.filter { finding in
                finding.severity == .leftOut
                    || [.duplicate, .conflictingLabels, .leakage, .blank].contains(finding.kind)
                    || (finding.kind == .wrongLabel && finding.severity == .warning)
            }.compactMap(\.path))
    }

    /// How many pictures are not in the list.
    package var leftOutCount: Int { dataset.samples.count { leftOut.contains($0.path) } }

    /// The list as `graft train` reads it, of one class a picture.
    ///
    /// - Parameter path: turns the path of a picture's file into what the list names it by.
    /// - Throws: `SettingError` for other data.
    package func text(_ path: (String) -> String) throws -> String {
        guard dataset.task.rules.classesPerPicture == .one else {
            throw SettingError(
                dataset.root, found: "is data for \(dataset.task.name)",
                expected: "one class a picture, for a list",
                remedy: "Remove what the doctor names from your own list")
        }
        let hasParts = dataset.samples.contains { $0.part != nil }
        var text = hasParts ? "path,label,part\n" : "path,label\n"
        for sample in dataset.samples where !leftOut.contains(sample.path) {
            guard let file = sample.file else {
                throw SettingError(
                    dataset.root, found: "has pictures that are no files of their own",
                    expected: "files, for a list")
            }
            guard let label = sample.target.classes.first else { continue }
            text += "\(path(file).cellOfList),\(dataset.classes[label].cellOfList)"
            text += hasParts ? ",\(sample.part?.rawValue ?? Part.train.rawValue)\n" : "\n"
        }
        return text
    }
}

extension String {
    /// The text as a cell that the reader of lists takes for it: a space at its start, and any end of a line, belong to
    /// the text.
    package var cellOfList: String {
        quotedForCSV(always: first == " " || contains(where: \.isNewline))
    }
}
