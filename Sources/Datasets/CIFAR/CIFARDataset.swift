internal import GraftFiles

/// Which of the two labels of a CIFAR-100 picture.
///
/// ```swift
/// var options = DatasetOptions()
/// options.labels = .coarse
/// let data = try DatasetReader.open("cifar-100-binary", options: options)
/// ```
public enum CIFARLabels: String, Sendable, Hashable, Codable, CaseIterable {
    /// The 100 classes.
    case fine
    /// The 20 superclasses.
    case coarse
}

/// Pictures in the binary files of CIFAR-10 and CIFAR-100: 32 x 32 pixels, in colour.
///
/// A record of CIFAR-10 is a label and 1,024 bytes each of red, green and blue; one of CIFAR-100 has a coarse
/// label and a fine one. `data_batch_1.bin` and so on, or `train.bin`, are the training part, of which some
/// pictures are set aside for validation; `test_batch.bin` or `test.bin` is the test part. Where only one of
/// them is there it gives no part. Files may hold any number of records. Classes are named by
/// `batches.meta.txt`, `fine_label_names.txt` or `coarse_label_names.txt`, one a line; by their numbers where
/// there is no such file. Source: Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", 2009,
/// and the page of the data sets.
package struct CIFARDataset: Dataset {
    /// The path the data was found at.
    package let root: String
    /// The names of the classes; a label is an index into them.
    package let classes: [String]
    /// The pictures, in an order that depends on nothing but the data.
    package let samples: [Sample]
    /// What of the data is not used.
    package let inventory: Inventory
    /// That classes have no names, where that is so.
    package let remarks: [Finding]

    /// Classes are known apart from the pictures.
    package var declaresClasses: Bool { true }

    enum Kind: String, Sendable {
        case ten = "CIFAR-10"
        case hundred = "CIFAR-100"

        /// The bytes of a record's labels.
        var labelBytes: Int { self == .ten ? 1 : 2 }
        var recordSize: Int { labelBytes + 3 * CIFARDataset.side * CIFARDataset.side }
    }

    fileprivate static let side = 32
    /// The most bytes of a file: 1 GiB, six times all of CIFAR-100.
    private static let sizeLimit = 1 << 30

    /// Reads the files in the folder at `path`.
    ///
    /// - Parameters:
    ///   - path: The folder.
    ///   - labels: Which labels of CIFAR-100; CIFAR-10 has but one a picture.
    /// - Throws: ``DatasetError`` where there is no such file, a file is no whole number of records, or a
    ///   label has no name.
    package init(_ path: String, labels: CIFARLabels = .fine) throws(DatasetError) {
        guard let kind = try Self.kind(at: path) else {
            let problem = Problem(
                path, found: "holds no CIFAR files", expected: "data_batch_1.bin, or train.bin and the like")
            throw DatasetError(.noPictures, problem)
        }
        let entries: [FolderListing.Entry]
        do throws(FileError) { entries = try FolderListing(path).entries } catch { throw DatasetError(error) }
        let names = entries.filter { $0.kind == .file }.map(\.name)
        let (nameFile, usualCount) =
            switch (kind, labels) {
            case (.ten, _): ("batches.meta.txt", 10)
            case (.hundred, .fine): ("fine_label_names.txt", 100)
            case (.hundred, .coarse): ("coarse_label_names.txt", 20)
            }
        let hasNames = names.contains(nameFile)
        classes = hasNames ? try Self.names("\(path)/\(nameFile)") : (0..<usualCount).map(String.init)
        let files = names.filter { Self.part(of: $0, kind) != nil }
        let hasBothParts = Set(files.map { Self.part(of: $0, kind) }).count > 1
        var samples: [Sample] = []
        for name in files {
            let part = hasBothParts ? Self.part(of: name, kind) : nil
            samples += try Self.samples(
                "\(path)/\(name)", name: String(name.dropLast(4)), kind, labels, part: part,
                classes: classes.count, namedBy: hasNames ? nameFile : nil)
        }
        guard !samples.isEmpty else {
            throw DatasetError(.noPictures, Problem(path, found: "holds CIFAR files without any record"))
        }
        self.samples = samples
        root = path
        // The names of the labels that are not asked for belong to the data as well.
        let known = files + ["batches.meta.txt", "fine_label_names.txt", "coarse_label_names.txt"]
        inventory = Inventory(
            of: entries, in: path, used: known, reason: "is no file of \(kind.rawValue) records")
        let message = "\(nameFile) is not there: classes are named by their numbers."
        remarks =
            hasNames ? [] : [Finding(severity: .note, kind: .unnamedClasses, path: nil, message: message)]
    }

    /// Which of the two the folder at `path` holds; `nil` where it holds neither.
    ///
    /// - Throws: ``DatasetError`` where it holds both.
    static func kind(at path: String) throws(DatasetError) -> Kind? {
        let names = fileNames(in: path)
        let ten = names.first { part(of: $0, .ten) != nil }
        let hundred = names.first { part(of: $0, .hundred) != nil }
        if let ten, let hundred {
            let problem = Problem(
                path, found: "holds files of CIFAR-10 and of CIFAR-100: \(ten), \(hundred)",
                expected: "one of them", remedy: "Put them into folders of their own")
            throw DatasetError(.ambiguous, problem)
        }
        return ten != nil ? .ten : hundred != nil ? .hundred : nil
    }

    private static func fileNames(in path: String) -> [String] {
        guard let listing = try? FolderListing(path) else { return [] }
        return listing.entries.filter { $0.kind == .file }.map(\.name)
    }

    /// The part that a file of this name holds; `nil` where it holds no records.
    private static func part(of name: String, _ kind: Kind) -> Part? {
        guard kind == .ten else { return ["train.bin": Part.train, "test.bin": .test][name] }
        if name == "test_batch.bin" { return .test }
        guard name.hasPrefix("data_batch_"), name.hasSuffix(".bin") else { return nil }
        let number = name.dropFirst(11).dropLast(4)
        return !number.isEmpty && number.allSatisfy { ("0"..."9").contains($0) } ? .train : nil
    }

    private static func contents(_ path: String) throws(DatasetError) -> [UInt8] {
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try FileContents.readStart(path, count: sizeLimit + 1)
        } catch {
            throw DatasetError(error)
        }
        guard bytes.count <= sizeLimit else {
            let problem = Problem(path, found: "is larger than 1 GiB", expected: "a file of CIFAR records")
            throw DatasetError(.badRecords, problem)
        }
        return bytes
    }

    private static func names(_ path: String) throws(DatasetError) -> [String] {
        guard let text = String(validating: try contents(path), as: UTF8.self) else {
            let problem = Problem(
                path, found: "is not UTF-8 text", expected: "the name of a class on each line")
            throw DatasetError(.badRecords, problem)
        }
        let names = text.split(whereSeparator: \.isNewline).map(\.trimmed).filter { !$0.isEmpty }
        // Two Unicode forms of a name are one to `String`, and could not be told apart.
        var seen: Set<String> = []
        if let twice = names.first(where: { !seen.insert($0).inserted }) {
            let problem = Problem(
                path, found: "has the name \(twice) twice", expected: "a name of its own for each class")
            throw DatasetError(.badRecords, problem)
        }
        return names
    }

    private static func samples(
        _ path: String, name: String, _ kind: Kind, _ labels: CIFARLabels, part: Part?, classes: Int,
        namedBy nameFile: String?
    ) throws(DatasetError) -> [Sample] {
        let bytes = try contents(path)
        guard bytes.count.isMultiple(of: kind.recordSize) else {
            let problem = Problem(
                path, found: "has \(bytes.count.grouped) bytes",
                expected: "a multiple of \(kind.recordSize.grouped), the size of a \(kind.rawValue) record",
                remedy: "Copy or download it again")
            throw DatasetError(.badRecords, problem)
        }
        let array = PixelArray(
            width: side, height: side, planes: 3, bytes: bytes, offset: kind.labelBytes,
            stride: kind.recordSize)
        var samples: [Sample] = []
        samples.reserveCapacity(bytes.count / kind.recordSize)
        for index in 0..<(bytes.count / kind.recordSize) {
            // A record of CIFAR-100 starts with the coarse label.
            let position = kind == .hundred && labels == .fine ? 1 : 0
            let label = Int(bytes[index * kind.recordSize + position])
            guard label < classes else {
                let reason = nameFile.map { ", the number of names in \($0)" } ?? ""
                let problem = Problem(
                    "\(path), record \(index)", found: "has the label \(label)",
                    expected: "less than \(classes)\(reason)", remedy: "Check that the files belong together")
                throw DatasetError(.badRecords, problem)
            }
            samples.append(
                Sample(
                    path: "\(name)/\(index)", target: .label(label), part: part,
                    source: .array(array, index: index)))
        }
        return samples
    }
}
