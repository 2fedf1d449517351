internal import GraftFiles
internal import GraftTensors

/// The named tensors of a checkpoint, found among what else it holds.
///
/// A checkpoint is a state dict (name to tensor), or a dictionary that has one under a customary key.
/// Dictionaries in a state dict are flattened, names joined with dots. Names stay as they are otherwise.
struct StateDictionary {
    /// What is in the state dict, in its order.
    private var views: [(name: String, view: StorageView)] = []
    private var leftOut: [String] = []
    private let heap: PickleHeap
    private var visits = 0

    private static let customaryKeys = [
        "state_dict", "model_state_dict", "model_state", "model", "net", "network", "params_ema", "params",
        "weights",
    ]
    private static let depthLimit = 32
    private static let visitLimit = 200_000
    private static let nameLimit = 1024

    /// Finds the state dict in an unpickled checkpoint.
    init(_ root: PickleValue, _ heap: PickleHeap) throws(WeightFileError) {
        self.heap = heap
        guard var items = heap.dictionary(root) else {
            if let error = StateDictionary.unknownName(heap) { throw error }
            throw WeightFileError(
                .empty,
                Problem(
                    heap.subject, found: "holds no dictionary of tensors",
                    expected: "a state dict, or a checkpoint with one",
                    remedy: "Save it again, in Python: torch.save(model.state_dict(), path)"))
        }
        for _ in 0..<StateDictionary.depthLimit {
            guard let (key, inner) = try customaryItem(items) else { break }
            for (other, _) in StateDictionary.pairs(items) where other.string != key {
                try visit()
                leftOut.append(StateDictionary.name(other) ?? "an entry whose key is no text")
            }
            items = inner
        }
        try collect(items, prefix: "", depth: 0)
        guard !views.isEmpty else {
            if let error = StateDictionary.unknownName(heap) { throw error }
            throw WeightFileError(
                .empty,
                Problem(
                    heap.subject, found: "holds no named tensors",
                    expected: "a state dict, or a checkpoint with one",
                    remedy: "Save it again, in Python: torch.save(model.state_dict(), path)"))
        }
    }

    /// Why there are no tensors where something should have been run to make them.
    private static func unknownName(_ heap: PickleHeap) -> WeightFileError? {
        heap.unknownNames.first.map { .forbidden(heap.subject, $0, PickleVocabulary.pyTorch.remedy) }
    }

    /// Makes the tensors from their views.
    func tensors(
        _ make: (String, StorageView) throws(WeightFileError) -> Tensor
    ) throws(WeightFileError) -> NamedTensors {
        var tensors = NamedTensors()
        for (name, view) in views {
            guard tensors.append(try make(name, view), named: name) else {
                throw .damaged(heap.subject, "has two tensors named \(name)")
            }
        }
        tensors.leftOut = leftOut + heap.unknownNames.map { "\($0), which is not run" }
        return tensors
    }

    /// The first customary key whose value is a dictionary with tensors, unless there are tensors beside it.
    ///
    /// A tensor of one element beside it is no weight: training scripts save their best accuracy as one.
    private mutating func customaryItem(
        _ items: [PickleValue]
    ) throws(WeightFileError) -> (key: String, items: [PickleValue])? {
        let pairs = StateDictionary.pairs(items)
        for (_, value) in pairs {
            if case .tensor(let view) = heap.object(value), view.shape.elementCount != 1 { return nil }
        }
        for key in StateDictionary.customaryKeys {
            for (candidate, value) in pairs where candidate.string == key {
                guard let inner = heap.dictionary(value), try hasTensors(inner, depth: 0) else { continue }
                return (key, inner)
            }
        }
        return nil
    }

    private mutating func hasTensors(_ items: [PickleValue], depth: Int) throws(WeightFileError) -> Bool {
        for (_, value) in StateDictionary.pairs(items) {
            try visit()
            if case .tensor = heap.object(value) { return true }
            guard depth < StateDictionary.depthLimit, let inner = heap.dictionary(value) else { continue }
            if try hasTensors(inner, depth: depth + 1) { return true }
        }
        return false
    }

    /// Counts a step: shared dictionaries can make a small file endless to walk through.
    private mutating func visit() throws(WeightFileError) {
        visits += 1
        guard visits <= StateDictionary.visitLimit else {
            throw .excessive(
                heap.subject, "has more than \(StateDictionary.visitLimit) entries", limit: "a few thousand")
        }
    }

    private mutating func collect(
        _ items: [PickleValue], prefix: String, depth: Int
    ) throws(WeightFileError) {
        guard depth < StateDictionary.depthLimit else {
            throw .excessive(
                heap.subject, "has dictionaries nested more than \(StateDictionary.depthLimit) deep",
                limit: "a few levels")
        }
        for (key, value) in StateDictionary.pairs(items) {
            try visit()
            guard let key = StateDictionary.name(key) else {
                leftOut.append(prefix + "an entry whose key is no text")
                continue
            }
            let name = prefix + key
            guard name.utf8.count <= StateDictionary.nameLimit else {
                throw .excessive(
                    heap.subject, "has a name of \(name.utf8.count) bytes",
                    limit: "at most \(StateDictionary.nameLimit)")
            }
            if case .tensor(let view) = heap.object(value) {
                views.append((name, view))
            } else if let inner = heap.dictionary(value) {
                try collect(inner, prefix: name + ".", depth: depth + 1)
            } else {
                leftOut.append(name)
            }
        }
    }

    private static func pairs(_ items: [PickleValue]) -> [(key: PickleValue, value: PickleValue)] {
        stride(from: 0, to: items.count - 1, by: 2).map { (items[$0], items[$0 + 1]) }
    }

    /// The name that a key stands for; an optimizer's integers count as names.
    private static func name(_ key: PickleValue) -> String? { key.string ?? key.integer.map(String.init) }
}
