internal import GraftFiles
internal import GraftTensors

/// PyTorch's format before version 1.6: pickles, then the bytes of each storage.
///
/// In this order: a magic number, a version, facts about the machine, the object, the list of storage keys,
/// each as a pickle of its own; then for each key a count as 64 bits and that many elements
/// (`torch/serialization.py`).
enum PyTorchLegacy {
    /// 0x1950a86a20f9469cfc6c, lowest byte first.
    private static let magicNumber: [UInt8] = [0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19]
    private static let version = 1001

    /// Whether a file begins with a pickle of the format's magic number.
    static func hasMagicNumber(_ file: MappedFile) -> Bool {
        var reader = ByteReader(file)
        guard let (root, _) = try? Unpickler.unpickle(&reader, .plain), case .longInteger(let bytes) = root
        else {
            return false
        }
        return bytes == magicNumber
    }

    /// Reads the tensors; those without gaps are parts of the mapped file.
    static func read(_ file: MappedFile) throws(WeightFileError) -> NamedTensors {
        var reader = ByteReader(file)
        try checkHeader(&reader)
        let (root, heap) = try Unpickler.unpickle(&reader, .pyTorch)
        let contents = try StateDictionary(root, heap)
        let storages = try readStorages(&reader, heap)

        var budget = MemoryBudget(fileSize: file.count)
        return try contents.tensors { (name, view) throws(WeightFileError) in
            guard let range = storages[view.storage.key] else {
                throw .damaged(file.path, "has no storage \(view.storage.key), which \(name) is a view of")
            }
            if view.isContiguous {
                let start = view.offset * view.elementType.byteCount
                return Tensor(
                    file, offset: range.lowerBound + start, shape: view.shape, elementType: view.elementType)
            }
            try budget.take(
                view.shape.elementCount * view.elementType.byteCount, for: "\(file.path): \(name)")
            return unsafe file.withBytes { bytes in
                unsafe view.gathered(from: UnsafeRawBufferPointer(rebasing: bytes[range]))
            }
        }
    }

    private static func checkHeader(_ reader: inout ByteReader) throws(WeightFileError) {
        let path = reader.subject
        let (magic, _) = try Unpickler.unpickle(&reader, .plain)
        guard case .longInteger(magicNumber) = magic else {
            throw .damaged(path, "does not begin with PyTorch's magic number")
        }
        let (found, _) = try Unpickler.unpickle(&reader, .plain)
        guard found.integer == version else {
            throw WeightFileError(
                .unsupported,
                Problem(
                    path, found: "is of another version of PyTorch's legacy format",
                    expected: "version \(version)", remedy: "Load it with PyTorch and save it again"))
        }
        let (machine, heap) = try Unpickler.unpickle(&reader, .plain)
        guard let facts = heap.dictionary(machine) else {
            throw .damaged(path, "does not say which kind of machine wrote it")
        }
        for (key, value) in zip(facts, facts.dropFirst()) where key.string == "little_endian" {
            if case .bool(false) = value { throw .bigEndian(path) }
        }
    }

    /// Where in the file the bytes of each storage are.
    private static func readStorages(
        _ reader: inout ByteReader, _ objects: PickleHeap
    ) throws(WeightFileError) -> [String: Range<Int>] {
        let path = reader.subject
        let (list, heap) = try Unpickler.unpickle(&reader, .plain)
        guard let keys = heap.list(list) else { throw .damaged(path, "has no list of storages") }
        let expected = try objects.storages()
        var ranges: [String: Range<Int>] = [:]
        for key in keys {
            guard let key = key.string, let storage = expected[key], let byteCount = storage.byteCount else {
                throw .damaged(path, "lists a storage that no tensor is a view of")
            }
            let count = try reader.integer(Int64.self)
            guard count == storage.count else {
                throw .damaged(
                    path, "has storage \(key) with \(count) elements",
                    expected: "\(storage.count) as its tensors say")
            }
            let start = try reader.advance(by: byteCount)
            guard ranges.updateValue(start..<(start + byteCount), forKey: key) == nil else {
                throw .damaged(path, "lists storage \(key) twice")
            }
        }
        guard reader.remaining == 0 else {
            throw .damaged(path, "has \(reader.remaining) bytes after its last storage", expected: "none")
        }
        return ranges
    }
}

extension WeightFileError {
    /// A file from a machine that stores the highest byte of a number first.
    static func bigEndian(_ path: String) -> WeightFileError {
        WeightFileError(
            .unsupported,
            Problem(
                path, found: "was written on a big-endian machine", expected: "little-endian numbers",
                remedy: "Load it with PyTorch and save it again on a common machine"))
    }
}

extension PickleHeap {
    /// All storages that were referred to, by key.
    ///
    /// - Throws: where two of one key differ.
    func storages() throws(WeightFileError) -> [String: StorageReference] {
        var storages: [String: StorageReference] = [:]
        for node in nodes {
            guard case .object(.storage(let storage)) = node.kind else { continue }
            if let known = storages.updateValue(storage, forKey: storage.key), known != storage {
                throw .damaged(subject, "describes storage \(storage.key) in two ways")
            }
        }
        return storages
    }
}
