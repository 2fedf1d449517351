internal import GraftFiles
internal import GraftTensors

/// Finds the arrays of a pickled dictionary, however they are nested.
struct NumPyCollector {
    private let file: MappedFile
    private let heap: PickleHeap
    private var budget: MemoryBudget
    private var visits = 0
    private static let depthLimit = 8
    private static let visitLimit = 200_000
    private(set) var tensors = NamedTensors()

    /// A collector for what was unpickled from `file`.
    init(_ file: MappedFile, _ heap: PickleHeap) {
        self.file = file
        self.heap = heap
        budget = MemoryBudget(fileSize: file.count)
        tensors.layout = .inputsFirst
    }

    /// Adds all arrays of the outermost dictionary; each of its keys is a layer unless it is an array by
    /// itself.
    mutating func collect(_ items: [PickleValue]) throws(WeightFileError) {
        for (key, value) in pairs(items) {
            guard let name = name(key) else {
                tensors.leftOut.append("an entry whose key is no text")
                continue
            }
            let start = tensors.count
            try collect(value, name, depth: 0)
            guard tensors.count > start else { continue }
            if case .numPyArray = heap.object(value) { continue }
            let entries = tensors.entries[start...].map(\.name)
            tensors.layers.append(NamedTensors.Layer(name: name, entries: entries))
        }
    }

    private mutating func collect(_ value: PickleValue, _ name: String, depth: Int) throws(WeightFileError) {
        visits += 1
        guard visits <= NumPyCollector.visitLimit, name.utf8.count <= 1024 else {
            throw .excessive(
                file.path,
                "has more than \(NumPyCollector.visitLimit) entries, or names of more than 1024 bytes",
                limit: "a few thousand")
        }
        if case .numPyArray(let array?) = heap.object(value) {
            guard tensors.append(try tensor(array, name), named: name) else {
                throw .damaged(file.path, "has two arrays named \(name)")
            }
            return
        }
        guard depth < NumPyCollector.depthLimit else {
            throw .excessive(
                file.path, "has dictionaries nested more than \(NumPyCollector.depthLimit) deep",
                limit: "one or two levels")
        }
        if let items = heap.dictionary(value) {
            for (key, value) in weightsFirst(pairs(items)) {
                guard let key = self.name(key) else {
                    tensors.leftOut.append("\(name)/an entry whose key is no text")
                    continue
                }
                try collect(value, "\(name)/\(key)", depth: depth + 1)
            }
        } else if let elements = heap.list(value) ?? heap.tuple(value) {
            let names = elements.count <= 2 ? ["weights", "biases"] : elements.indices.map(String.init)
            for (part, element) in zip(names, elements) {
                try collect(element, "\(name)/\(part)", depth: depth + 1)
            }
        } else {
            tensors.leftOut.append(name)
        }
    }

    /// Python 2's dictionaries have no order of their own.
    private func weightsFirst(
        _ pairs: [(key: PickleValue, value: PickleValue)]
    ) -> [(key: PickleValue, value: PickleValue)] {
        func rank(_ key: PickleValue) -> Int {
            switch name(key) {
            case "weights": 0
            case "biases": 1
            default: 2
            }
        }
        return (0...2).flatMap { wanted in pairs.filter { rank($0.key) == wanted } }
    }

    private func pairs(_ items: [PickleValue]) -> [(key: PickleValue, value: PickleValue)] {
        stride(from: 0, to: items.count - 1, by: 2).map { (items[$0], items[$0 + 1]) }
    }

    /// The text of a key; Python 2's texts may be Latin-1.
    private func name(_ key: PickleValue) -> String? {
        if case .bytes(let bytes) = key, key.string == nil {
            return String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
        }
        return key.string
    }

    /// The elements in row-major order and this machine's order of bytes.
    private mutating func tensor(_ array: NumPyArray, _ name: String) throws(WeightFileError) -> Tensor {
        let subject = "\(file.path): \(name)"
        let byteCount = array.shape.elementCount * array.elementType.byteCount
        let isInOrder = !array.isFortranOrder || array.shape.dimensions.count { $0 != 1 } < 2
        let region: ByteRegion
        switch array.data {
        case .span(let range): region = ByteRegion(file, range)
        case .bytes(let bytes):
            try budget.take(byteCount, for: subject)
            region = ByteRegion(bytes, subject: subject)
        default: throw .damaged(subject, "has no bytes")
        }
        var tensor: Tensor
        if isInOrder {
            tensor = region.tensor(at: 0, shape: array.shape, elementType: array.elementType)
        } else {
            try budget.take(byteCount, for: subject)
            tensor = try rowMajor(array, region, subject)
        }
        if array.type.isBigEndian {
            try budget.take(byteCount, for: subject)
            tensor = tensor.byteSwapped()
        }
        return tensor
    }

    /// A copy of an array whose first axis is the innermost.
    private func rowMajor(
        _ array: NumPyArray, _ region: ByteRegion, _ subject: String
    ) throws(WeightFileError) -> Tensor {
        var strides: [Int] = []
        var stride = 1
        for extent in array.shape.dimensions {
            strides.append(stride)
            // An extent of zero leaves no elements to walk over.
            stride *= max(extent, 1)
        }
        let storage = StorageReference(
            key: subject, elementType: array.elementType, count: array.shape.elementCount)
        do throws(StorageView.Impossible) {
            let view = try StorageView(
                storage: storage, elementType: array.elementType, offset: 0,
                sizes: array.shape.dimensions, strides: strides)
            return unsafe region.withBytes(0..<region.count) { unsafe view.gathered(from: $0) }
        } catch {
            throw .damaged(subject, error.found)
        }
    }
}
