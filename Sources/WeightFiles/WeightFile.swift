package import GraftFiles

/// Files of named tensors, whatever their format.
package enum WeightFile {
    /// The formats that are read.
    package enum Format: String, Sendable, CaseIterable, CustomStringConvertible {
        case safetensors = "safetensors"
        case pyTorchZip = "PyTorch"
        case pyTorchLegacy = "PyTorch's legacy format"
        case kerasLegacy = "Keras's HDF5 format"
        case keras3Weights = "Keras 3 weights"
        case keras3 = "Keras 3"
        case numPy = "NumPy"

        package var description: String { rawValue }
    }

    /// Reads all tensors of the file at `path`. The format is taken from the content, never from the name.
    ///
    /// No code that a file may carry is ever run.
    ///
    /// - Throws: `FileError` where the file cannot be opened, ``WeightFileError`` where it cannot be read.
    package static func read(_ path: String) throws -> NamedTensors { try read(open(path)) }

    /// Reads the file at `path` into memory, where whoever edits it changes nothing any more, if it begins as a file of
    /// weights does.
    ///
    /// - Throws: `FileError` where the file cannot be read, ``WeightFileError`` where it is of no known format.
    package static func open(_ path: String) throws -> MappedFile {
        let mapped = try MappedFile(path)
        let start = unsafe mapped.withBytes { unsafe Array($0.prefix(64)) }
        // Anything else may be of any size; what it is, its first bytes tell.
        guard Signature(start) != nil else { throw unknown(path, UnknownFile.found(in: mapped, start)) }
        return try MappedFile(reading: path)
    }

    /// What a file of weights begins with.
    private enum Signature {
        case zip, hdf5, numPy, pickle, safetensors

        /// The one that these bytes begin with; `nil` where they begin with none.
        init?(_ start: [UInt8]) {
            if start.starts(with: Array("PK\u{3}\u{4}".utf8)) {
                self = .zip
            } else if start.starts(with: HDF5File.signature) {
                self = .hdf5
            } else if start.starts(with: NumPyFile.signature) {
                self = .numPy
            } else if start.count > 8, start[6] == 0, start[7] == 0, start[8] == UInt8(ascii: "{") {
                // A length below 2⁴⁸ as 8 bytes, then a JSON object; the length may begin with the byte of pickles.
                self = .safetensors
            } else if start.first == 0x80 {
                self = .pickle
            } else {
                return nil
            }
        }
    }

    /// Reads all tensors of a mapped file, which stays mapped as long as a tensor needs it.
    package static func read(_ file: MappedFile) throws(WeightFileError) -> NamedTensors {
        switch try format(of: file) {
        case .safetensors: try Safetensors.read(file)
        case .pyTorchZip: try PyTorchZip.read(file)
        case .pyTorchLegacy: try PyTorchLegacy.read(file)
        case .kerasLegacy: try KerasLegacy.read(hdf5(file))
        case .keras3Weights: try Keras3.read(hdf5(file))
        case .keras3: try Keras3.read(ZipArchive(file), file)
        case .numPy: try NumPyFile.read(file)
        }
    }

    /// The format of a file, judged by its first bytes, and by what lies at the root of a container.
    ///
    /// - Throws: ``WeightFileError`` that says what was found instead.
    package static func format(of file: MappedFile) throws(WeightFileError) -> Format {
        let start = unsafe file.withBytes { unsafe Array($0.prefix(64)) }
        switch Signature(start) {
        case .zip: return Keras3.matches(try ZipArchive(file)) ? .keras3 : .pyTorchZip
        case .hdf5: return try formatOfHDF5(file)
        case .numPy: return .numPy
        case .pickle where PyTorchLegacy.hasMagicNumber(file): return .pyTorchLegacy
        case .safetensors: return .safetensors
        case .pickle, nil: break
        }
        throw unknown(file.path, UnknownFile.found(in: file, start))
    }

    private static func hdf5(_ file: MappedFile) throws(WeightFileError) -> HDF5File {
        try HDF5File(ByteRegion(file), budget: MemoryBudget(fileSize: file.count))
    }

    private static func formatOfHDF5(_ file: MappedFile) throws(WeightFileError) -> Format {
        let opened = try hdf5(file)
        if try KerasLegacy.matches(opened) { return .kerasLegacy }
        if try Keras3.matches(opened) { return .keras3Weights }
        throw unknown(file.path, "is an HDF5 file, but not one of weights that Keras wrote")
    }

    /// A file of no format that is read.
    static func unknown(_ path: String, _ found: String) -> WeightFileError {
        WeightFileError(
            .unknownFormat,
            Problem(
                path, found: found, expected: "a weight file of Keras, PyTorch or NumPy, or safetensors",
                remedy: "Save the weights in one of these formats"))
    }
}
