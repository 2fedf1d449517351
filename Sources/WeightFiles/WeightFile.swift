package import Files

/// Files of named tensors, whatever their format.
package enum WeightFile {
    /// The formats that are read.
    package enum Format: String, Sendable, CaseIterable, CustomStringConvertible {
        case safetensors = "safetensors"
        case pyTorchZip = "PyTorch"
        case pyTorchLegacy = "PyTorch's legacy format"

        package var description: String { rawValue }
    }

    /// Reads all tensors of the file at `path`. The format is taken from the content, never from the name.
    ///
    /// No code that a file may carry is ever run.
    ///
    /// - Throws: `FileError` where the file cannot be opened, ``WeightFileError`` where it cannot be read.
    package static func read(_ path: String) throws -> NamedTensors { try read(MappedFile(path)) }

    /// Reads all tensors of a mapped file, which stays mapped as long as a tensor needs it.
    package static func read(_ file: MappedFile) throws(WeightFileError) -> NamedTensors {
        switch try format(of: file) {
        case .safetensors: try Safetensors.read(file)
        case .pyTorchZip: try PyTorchZip.read(file)
        case .pyTorchLegacy: try PyTorchLegacy.read(file)
        }
    }

    /// The format of a file, judged by its first bytes.
    ///
    /// - Throws: ``WeightFileError`` that says what was found instead.
    package static func format(of file: MappedFile) throws(WeightFileError) -> Format {
        let start = unsafe file.withBytes { unsafe Array($0.prefix(64)) }
        if start.starts(with: Array("PK\u{3}\u{4}".utf8)) { return .pyTorchZip }
        if start.first == 0x80, PyTorchLegacy.hasMagicNumber(file) { return .pyTorchLegacy }
        // A length below 2⁴⁸ as 8 bytes, then a JSON object.
        if start.count > 8, start[6] == 0, start[7] == 0, start[8] == UInt8(ascii: "{") {
            return .safetensors
        }
        throw WeightFileError(
            .unknownFormat,
            Problem(
                file.path, found: found(start),
                expected: "safetensors, or a PyTorch file (zip or legacy)",
                remedy: "Save the weights in one of these formats"))
    }

    /// What a file that is no weight file looks like, worded to follow its path.
    private static func found(_ start: [UInt8]) -> String {
        if start.isEmpty { return "is empty" }
        let kinds: [(start: [UInt8], found: String)] = [
            ([0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a], "is an HDF5 file"),
            ([0x93] + "NUMPY".utf8, "is a NumPy array file"),
            ([0x80], "is a Python pickle, but not one that PyTorch wrote"),
            ([0x1f, 0x8b], "is compressed with gzip"),
            (Array("version https://git-lfs".utf8), "is a Git LFS pointer, not the file that it points to"),
            (Array("<!DOCTYPE".utf8), "is a web page"), (Array("<!doctype".utf8), "is a web page"),
            (Array("<html".utf8), "is a web page"),
        ]
        if let kind = kinds.first(where: { start.starts(with: $0.start) }) { return kind.found }
        let digits = start.prefix(8).map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0" + text : text
        }
        return "starts with the bytes \(digits.joined(separator: " ")), which no known weight file does"
    }
}
