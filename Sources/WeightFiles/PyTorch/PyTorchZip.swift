internal import GraftFiles
internal import GraftTensors

/// PyTorch's format since version 1.6: a zip archive with a pickle, and one entry for each storage.
///
/// `NAME/data.pkl` is the object, `NAME/data/KEY` the bytes of a storage, `NAME/byteorder` says "little" or
/// "big". PyTorch stores all entries uncompressed.
enum PyTorchZip {
    /// Reads the tensors. Each storage is read once, into memory that its tensors share.
    static func read(_ file: MappedFile) throws(WeightFileError) -> NamedTensors {
        let archive = try ZipArchive(file)
        let folder = try folder(of: archive)
        var budget = MemoryBudget(fileSize: file.count)

        if let order = archive.entries[folder + "byteorder"] {
            let text = try archive.read(order, budget: &budget)
            if text.starts(with: Array("big".utf8)) { throw .bigEndian(file.path) }
            guard text.starts(with: Array("little".utf8)) else {
                throw .damaged("\(file.path): \(order.name)", "is no order of bytes", expected: "little")
            }
        }
        guard let pickle = archive.entries[folder + "data.pkl"] else {
            throw .damaged(file.path, "has no \(folder)data.pkl")
        }
        var reader = ByteReader(try archive.read(pickle, budget: &budget), subject: file.path)
        let (root, heap) = try Unpickler.unpickle(&reader, .pyTorch)
        let contents = try StateDictionary(root, heap)
        _ = try heap.storages()

        var storages: [String: Tensor] = [:]
        return try contents.tensors { (name, view) throws(WeightFileError) in
            let storage: Tensor
            if let known = storages[view.storage.key] {
                storage = known
            } else {
                storage = try read(view, named: name, in: archive, folder, &budget)
                storages[view.storage.key] = storage
            }
            if view.isContiguous, view.offset == 0, view.shape.elementCount == storage.elementCount,
                view.elementType == storage.elementType
            {
                return storage.reshaped(to: view.shape)
            }
            try budget.take(
                view.shape.elementCount * view.elementType.byteCount, for: "\(file.path): \(name)")
            return unsafe storage.withUnsafeBytes { unsafe view.gathered(from: $0) }
        }
    }

    /// The folder that everything is in, with its slash.
    private static func folder(of archive: ZipArchive) throws(WeightFileError) -> String {
        let pickles = archive.entries.keys.filter { name in
            name == "data.pkl" || name.hasSuffix("/data.pkl") && name.count(where: { $0 == "/" }) == 1
        }
        guard pickles.count == 1, let pickle = pickles.first else {
            throw WeightFile.unknown(
                archive.path,
                pickles.isEmpty
                    ? archive.entries.keys.contains { $0.hasSuffix(".npy") }
                        ? "is a zip archive of NumPy arrays" : "is a zip archive without a data.pkl"
                    : "is a zip archive with several data.pkl")
        }
        let folder = String(pickle.dropLast("data.pkl".count))
        guard archive.entries[folder + "constants.pkl"] == nil else {
            throw WeightFileError(
                .unsupported,
                Problem(
                    archive.path, found: "is a TorchScript program", expected: "weights alone",
                    remedy: "Load it with PyTorch and save its state_dict()"))
        }
        return folder
    }

    /// Reads the storage that a tensor is a view of.
    private static func read(
        _ view: StorageView, named name: String, in archive: ZipArchive, _ folder: String,
        _ budget: inout MemoryBudget
    ) throws(WeightFileError) -> Tensor {
        let entryName = "\(folder)data/\(view.storage.key)"
        guard let entry = archive.entries[entryName] else {
            throw .damaged(archive.path, "has no entry \(entryName), which \(name) is a view of")
        }
        guard entry.byteCount == view.storage.byteCount else {
            throw .damaged(
                "\(archive.path): \(entryName)", "has \(entry.byteCount) bytes",
                expected: "\(view.storage.byteCount ?? 0) as its tensors say")
        }
        try budget.take(entry.byteCount, for: "\(archive.path): \(entryName)")
        // Storages without a type are whole numbers of elements of the tensors that view them, or else bytes.
        let isWhole = entry.byteCount.isMultiple(of: view.elementType.byteCount)
        let elementType = isWhole ? view.elementType : .uint8
        var tensor = Tensor(zeros: [entry.byteCount / elementType.byteCount], elementType: elementType)
        try unsafe tensor.withUnsafeMutableBytes { (target) throws(WeightFileError) in
            try unsafe archive.read(entry, into: target)
        }
        return tensor
    }
}
