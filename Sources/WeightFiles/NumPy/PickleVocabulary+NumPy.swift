internal import GraftFiles
internal import GraftTensors

/// A type of elements as NumPy pickles it: its name first, the order of bytes afterwards.
struct NumPyType: Sendable, Equatable {
    /// Its name without the order of bytes: "f4", "O".
    var name: String
    /// Whether the highest byte comes first.
    var isBigEndian = false

    /// A type by NumPy's name for it: "<f4", "|O", "f8".
    init(_ name: String) {
        let hasOrder = name.first.map { "<>|=".contains($0) } ?? false
        self.name = hasOrder ? String(name.dropFirst()) : name
        isBigEndian = name.hasPrefix(">")
    }

    /// Whether elements are Python objects.
    var isObject: Bool { name == "O" || name == "O8" || name == "O4" }

    /// The type of a tensor's elements; `nil` where tensors do not have it.
    var elementType: ElementType? {
        switch name {
        case "f8": .float64
        case "f4": .float32
        case "f2": .float16
        case "i8": .int64
        case "i4": .int32
        case "i2": .int16
        case "i1": .int8
        case "u1": .uint8
        case "b1", "?": .bool
        default: nil
        }
    }
}

/// An array of numbers in a pickle.
struct NumPyArray: Sendable {
    /// The type of its elements.
    let type: NumPyType
    let elementType: ElementType
    let shape: Shape
    /// Whether the first axis is the innermost.
    let isFortranOrder: Bool
    /// The elements: bytes, or a span of the file.
    let data: PickleValue
}

extension PickleVocabulary {
    /// The names that NumPy's pickles of arrays have, from Python 2 and 3, before and since NumPy 2.
    static let numPy: PickleVocabulary = {
        var meanings: [String: Meaning] = [
            "numpy.ndarray": .object(.numPyClass), "numpy.dtype": .function(makeType),
            "_codecs.encode": .function(encodeLatin1),
            "collections.OrderedDict": .function(makeOrderedDictionary),
        ]
        for core in ["numpy.core", "numpy._core"] {
            meanings["\(core).multiarray._reconstruct"] = .function(makeArray)
            meanings["\(core).multiarray.scalar"] = .function(ignoreScalar)
            meanings["\(core).numeric._frombuffer"] = .function(makeArrayFromBuffer)
        }
        var vocabulary = PickleVocabulary(meanings: meanings, build: build)
        vocabulary.leavesLongBytes = true
        vocabulary.remedy = "Save plain arrays alone, in Python: numpy.save(path, {name: [weights, biases]})"
        return vocabulary
    }()

    /// `_reconstruct(ndarray, (0,), b"b")`: an array that is told later what it holds.
    private static let makeArray: Function = { (heap, arguments) throws(WeightFileError) in
        guard arguments.count == 3, case .global("numpy.ndarray") = arguments[0] else {
            throw .damaged(heap.subject, "has an array that is not made as NumPy does it")
        }
        return try heap.make(.object(.numPyArray(nil)))
    }

    /// `dtype("f4", align, copy)`.
    private static let makeType: Function = { (heap, arguments) throws(WeightFileError) in
        guard let name = arguments.first?.string else {
            throw .damaged(heap.subject, "has a type of elements without a name")
        }
        return try heap.make(.object(.numPyType(NumPyType(name))))
    }

    /// `encode(text, "latin1")`: how Python 3 writes bytes for Python 2.
    private static let encodeLatin1: Function = { (heap, arguments) throws(WeightFileError) in
        guard arguments.count == 2, case .text(let text) = arguments[0],
            ["latin1", "latin-1"].contains(arguments[1].string)
        else { throw .damaged(heap.subject, "has bytes that are not encoded as Python does it") }
        var bytes: [UInt8] = []
        for scalar in text.unicodeScalars {
            guard let byte = UInt8(exactly: scalar.value) else {
                throw .damaged(heap.subject, "has bytes that are not encoded as Python does it")
            }
            bytes.append(byte)
        }
        return .bytes(bytes)
    }

    /// A number by itself is no weight.
    private static let ignoreScalar: Function = { (_, _) throws(WeightFileError) in .none }

    /// `_frombuffer(bytes, dtype, shape, "C")`: protocol 5.
    private static let makeArrayFromBuffer: Function = { (heap, arguments) throws(WeightFileError) in
        guard arguments.count == 4, case .numPyType(let type) = heap.object(arguments[1]),
            let extents = heap.integers(arguments[2], atMost: 64), let order = arguments[3].string
        else { throw .damaged(heap.subject, "has an array that is not made as NumPy does it") }
        let array = try array(heap.subject, type, extents, isFortranOrder: order == "F", arguments[0])
        return try heap.make(.object(.numPyArray(array)))
    }

    /// The states of arrays and types.
    private static let build: Builder = { (heap, node, state) throws(WeightFileError) in
        switch heap.nodes[node].kind {
        case .object(.numPyType(var type)):
            // (version, order of bytes, and what only composed types have).
            guard let parts = heap.tuple(state), parts.count >= 2, let order = parts[1].string else {
                throw .damaged(heap.subject, "has a type of elements that is not described as NumPy does it")
            }
            type.isBigEndian = order == ">"
            heap.become(.object(.numPyType(type)), node)
        case .object(.numPyArray(nil)):
            // (version, shape, type, whether in Fortran's order, bytes or a list of objects).
            guard let parts = heap.tuple(state), parts.count == 5,
                let extents = heap.integers(parts[1], atMost: 64),
                case .numPyType(let type) = heap.object(parts[2]), case .bool(let isFortranOrder) = parts[3]
            else { throw .damaged(heap.subject, "has an array that is not described as NumPy does it") }
            if type.isObject {
                guard let elements = heap.list(parts[4]) else {
                    throw .damaged(heap.subject, "has an array of objects without a list of them")
                }
                heap.become(.list, node)
                try heap.append(elements, to: node)
            } else {
                let array = try array(heap.subject, type, extents, isFortranOrder: isFortranOrder, parts[4])
                heap.become(.object(.numPyArray(array)), node)
            }
        default: throw .damaged(heap.subject, "has a pickle that gives a state to what has none")
        }
    }

    private static func array(
        _ subject: String, _ type: NumPyType, _ extents: [Int], isFortranOrder: Bool, _ data: PickleValue
    ) throws(WeightFileError) -> NumPyArray {
        guard let elementType = type.elementType else { throw .unsupportedElementType(subject, type.name) }
        guard let shape = Shape(ofFile: extents, elementType) else {
            throw .damaged(subject, "has an array of the impossible shape \(extents)")
        }
        let count: Int
        switch data {
        case .bytes(let bytes): count = bytes.count
        case .span(let range): count = range.count
        default: throw .damaged(subject, "has an array whose elements are no bytes")
        }
        guard count == shape.elementCount * elementType.byteCount else {
            throw .damaged(
                subject, "has an array of \(count) bytes",
                expected: "\(shape.elementCount * elementType.byteCount) for \(elementType) of shape \(shape)"
            )
        }
        return NumPyArray(
            type: type, elementType: elementType, shape: shape, isFortranOrder: isFortranOrder, data: data)
    }
}
