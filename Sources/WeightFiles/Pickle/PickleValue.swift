internal import GraftTensors

/// A value in a Python pickle.
///
/// Containers live in a ``PickleHeap`` and are referred to by number, as Python's are shared and may contain
/// themselves: so nothing here is ever nested, copied or freed recursively, however deep a hostile file goes.
enum PickleValue: Sendable {
    case none
    case bool(Bool)
    case integer(Int)
    /// An integer beyond 64 bits: two's complement, lowest byte first.
    case longInteger([UInt8])
    case double(Double)
    case text(String)
    /// Python 3's `bytes`, or Python 2's `str`.
    case bytes([UInt8])
    /// Such bytes, left where they are in the file.
    case span(Range<Int>)
    /// A function or class of a ``PickleVocabulary``, as "module.name".
    case global(String)
    /// A function or class that the vocabulary does not have: it stands for nothing and is never run.
    case unknown(String)
    /// A container or object in the heap.
    case reference(Int)
}

/// What a function of a vocabulary can make: the objects that weights consist of.
enum PickleObject: Sendable {
    /// `torch.float32` and its like.
    case elementType(ElementType)
    /// The class of a storage; `nil` where its elements have no type.
    case storageType(ElementType?)
    /// A run of elements that the file holds elsewhere.
    case storage(StorageReference)
    /// A tensor that is a view of a storage.
    case tensor(StorageView)
    /// `numpy.ndarray` itself.
    case numPyClass
    /// A type of NumPy.
    case numPyType(NumPyType)
    /// An array of NumPy; `nil` until the pickle tells what it holds.
    case numPyArray(NumPyArray?)
    /// What a function or class of this name would have made, had it been run.
    case unknown(String)
}

/// The containers and objects of one unpickling.
struct PickleHeap: Sendable {
    /// What a node is.
    enum Kind: Sendable {
        case tuple, list
        /// Elements are key, value, key, value, ...
        case dictionary
        case object(PickleObject)
    }

    /// A container or an object.
    struct Node: Sendable {
        var kind: Kind
        var elements: [PickleValue]
    }

    /// What errors are about: the file's path, or the path and an entry in it.
    let subject: String
    private(set) var nodes: [Node] = []
    private var elementCount = 0
    /// The functions and classes that the vocabulary does not have, in the order of their first mention.
    private(set) var unknownNames: [String] = []

    /// Far above what any checkpoint has, and below what would fill a machine's memory.
    private static let nodeLimit = 2_000_000
    private static let elementLimit = 8_000_000

    /// An empty heap.
    init(subject: String) { self.subject = subject }

    /// Puts a container or object into the heap.
    mutating func make(_ kind: Kind, _ elements: [PickleValue] = []) throws(WeightFileError) -> PickleValue {
        guard nodes.count < PickleHeap.nodeLimit else {
            throw .excessive(
                subject, "holds more than \(PickleHeap.nodeLimit) objects", limit: "a few thousand")
        }
        try count(elements.count)
        nodes.append(Node(kind: kind, elements: elements))
        return .reference(nodes.count - 1)
    }

    /// Adds to the end of a container.
    mutating func append(_ elements: [PickleValue], to node: Int) throws(WeightFileError) {
        try count(elements.count)
        nodes[node].elements += elements
    }

    /// Makes another thing of what an earlier instruction made, without elements.
    mutating func become(_ kind: Kind, _ node: Int) { nodes[node] = Node(kind: kind, elements: []) }

    /// Notes a name that the vocabulary does not have.
    mutating func note(unknown name: String) throws(WeightFileError) {
        guard !unknownNames.contains(name) else { return }
        guard unknownNames.count < PickleHeap.unknownLimit, name.utf8.count <= PickleHeap.nameLimit else {
            throw .excessive(
                subject,
                "names more than \(PickleHeap.unknownLimit) functions and classes, or one that is very long",
                limit: "a few")
        }
        unknownNames.append(name)
    }

    private static let unknownLimit = 1000
    private static let nameLimit = 1024

    private mutating func count(_ more: Int) throws(WeightFileError) {
        elementCount += more
        guard elementCount <= PickleHeap.elementLimit else {
            throw .excessive(
                subject, "has containers of more than \(PickleHeap.elementLimit) elements",
                limit: "a few thousand")
        }
    }

    /// The elements of a tuple; `nil` where the value is none.
    func tuple(_ value: PickleValue) -> [PickleValue]? {
        guard case .reference(let node) = value, case .tuple = nodes[node].kind else { return nil }
        return nodes[node].elements
    }

    /// The elements of a list; `nil` where the value is none.
    func list(_ value: PickleValue) -> [PickleValue]? {
        guard case .reference(let node) = value, case .list = nodes[node].kind else { return nil }
        return nodes[node].elements
    }

    /// The keys and values of a dictionary in turn; `nil` where the value is none.
    func dictionary(_ value: PickleValue) -> [PickleValue]? {
        guard case .reference(let node) = value, case .dictionary = nodes[node].kind else { return nil }
        return nodes[node].elements
    }

    /// The object that a value refers to; `nil` where it refers to none.
    func object(_ value: PickleValue) -> PickleObject? {
        guard case .reference(let node) = value, case .object(let object) = nodes[node].kind else {
            return nil
        }
        return object
    }

    /// The integers of a tuple or list; `nil` where the value is none, has more than `limit` elements, or
    /// others.
    func integers(_ value: PickleValue, atMost limit: Int) -> [Int]? {
        guard let elements = tuple(value) ?? list(value), elements.count <= limit else { return nil }
        var integers: [Int] = []
        for element in elements {
            guard case .integer(let integer) = element else { return nil }
            integers.append(integer)
        }
        return integers
    }
}

extension PickleValue {
    /// The text of a string, of either Python; `nil` where the value is none.
    var string: String? {
        switch self {
        case .text(let text): text
        case .bytes(let bytes): String(validating: bytes, as: UTF8.self)
        default: nil
        }
    }

    /// The integer, if it is one of 64 bits.
    var integer: Int? { if case .integer(let integer) = self { integer } else { nil } }
}
