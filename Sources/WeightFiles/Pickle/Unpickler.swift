internal import GraftFiles

/// Reads a Python pickle without running any of it.
///
/// The opcodes are those that PyTorch and NumPy emit for protocols 2 to 5, from Python 2 and 3
/// ("pickletools.py" of CPython describes them all). Every loop is bounded by the size of the file, and no
/// step recurses.
struct Unpickler {
    var reader: ByteReader
    var heap: PickleHeap
    let vocabulary: PickleVocabulary

    private(set) var stack: [PickleValue] = []
    private var marks: [Int] = []
    private var memo: [Int: PickleValue] = [:]

    /// Honest pickles keep a few thousand values on the stack (batches of 1,000), and as many memo entries as
    /// objects.
    private static let stackLimit = 1_000_000
    private static let memoLimit = 2_000_000

    private init(_ reader: ByteReader, _ vocabulary: PickleVocabulary) {
        self.reader = reader
        self.vocabulary = vocabulary
        heap = PickleHeap(subject: reader.subject)
    }

    /// Reads one pickle from where `reader` stands, and moves it behind the pickle's end.
    static func unpickle(
        _ reader: inout ByteReader, _ vocabulary: PickleVocabulary
    ) throws(WeightFileError) -> (root: PickleValue, heap: PickleHeap) {
        var unpickler = Unpickler(reader, vocabulary)
        while true {
            let opcode = try unpickler.reader.byte()
            if opcode == PickleOpcode.stop { break }
            try unpickler.perform(opcode)
        }
        let root = try unpickler.pop()
        reader = unpickler.reader
        return (root, unpickler.heap)
    }

    // MARK: Stack

    mutating func push(_ value: PickleValue) throws(WeightFileError) {
        guard stack.count < Unpickler.stackLimit else {
            throw .excessive(
                reader.subject, "stacks more than \(Unpickler.stackLimit) values", limit: "a few thousand")
        }
        stack.append(value)
    }

    mutating func pop() throws(WeightFileError) -> PickleValue {
        guard stack.count > marks.last ?? 0, let value = stack.popLast() else { throw underflow }
        return value
    }

    func top() throws(WeightFileError) -> PickleValue {
        guard stack.count > marks.last ?? 0, let value = stack.last else { throw underflow }
        return value
    }

    mutating func mark() throws(WeightFileError) {
        guard marks.count < Unpickler.stackLimit else {
            throw .excessive(
                reader.subject, "stacks more than \(Unpickler.stackLimit) marks", limit: "a few thousand")
        }
        marks.append(stack.count)
    }

    /// Takes the values above the last mark, and the mark.
    mutating func popToMark() throws(WeightFileError) -> [PickleValue] {
        guard let mark = marks.popLast() else { throw underflow }
        defer { stack.removeSubrange(mark...) }
        return Array(stack[mark...])
    }

    /// Drops the top value, or the last mark where nothing is above it.
    mutating func drop() throws(WeightFileError) {
        if let mark = marks.last, mark == stack.count {
            marks.removeLast()
        } else {
            _ = try pop()
        }
    }

    private var underflow: WeightFileError {
        .damaged(
            reader.subject, "has a pickle that takes more values than it gave, at byte \(reader.position)")
    }

    // MARK: Memo

    mutating func memoize(as key: Int? = nil) throws(WeightFileError) {
        guard memo.count < Unpickler.memoLimit else {
            throw .excessive(
                reader.subject, "remembers more than \(Unpickler.memoLimit) values", limit: "a few thousand")
        }
        memo[key ?? memo.count] = try top()
    }

    func recall(_ key: Int) throws(WeightFileError) -> PickleValue {
        guard let value = memo[key] else {
            throw .damaged(reader.subject, "has a pickle that recalls value \(key), which it never kept")
        }
        return value
    }

    // MARK: Names

    /// The value of a name, where the vocabulary has it.
    mutating func global(_ module: String, _ name: String) throws(WeightFileError) -> PickleValue {
        let full = "\(module).\(name)"
        switch vocabulary.meanings[full] {
        case .function, .object: return .global(full)
        case .unsupportedElementType: throw .unsupportedElementType(reader.subject, full)
        case nil where vocabulary.toleratesUnknownNames:
            try heap.note(unknown: full)
            return .unknown(full)
        case nil: throw .forbidden(reader.subject, full, vocabulary.remedy)
        }
    }

    /// Calls a function of the vocabulary.
    mutating func call(_ function: PickleValue, _ arguments: PickleValue) throws(WeightFileError)
        -> PickleValue
    {
        if case .unknown(let name) = function { return try heap.make(.object(.unknown(name))) }
        // What nobody made can be called as little.
        if case .unknown(let name)? = heap.object(function) { return try heap.make(.object(.unknown(name))) }
        guard case .global(let name) = function, case .function(let body) = vocabulary.meanings[name] else {
            throw .damaged(reader.subject, "has a pickle that calls what is no function")
        }
        guard let arguments = heap.tuple(arguments) else {
            throw .damaged(reader.subject, "has a pickle that calls \(name) without a tuple of arguments")
        }
        return try body(&heap, arguments)
    }

    /// Finds what is kept outside of the pickle.
    mutating func persistentObject(_ identifier: PickleValue) throws(WeightFileError) -> PickleValue {
        guard let body = vocabulary.persistentObject else {
            throw .damaged(reader.subject, "has a pickle that refers to something outside of it")
        }
        return try body(&heap, [identifier])
    }
}
