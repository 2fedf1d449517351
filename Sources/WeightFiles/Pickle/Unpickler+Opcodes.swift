internal import GraftFiles

/// The bytes that stand for instructions in a pickle, by their names in CPython.
enum PickleOpcode {
    static let stop = UInt8(ascii: ".")
}

extension Unpickler {
    /// Carries out one instruction.
    mutating func perform(_ opcode: UInt8) throws(WeightFileError) {
        switch opcode {
        case 0x80: try checkProtocol()
        case 0x95: try checkFrame()
        case UInt8(ascii: "("): try mark()
        case UInt8(ascii: "0"): try drop()
        case UInt8(ascii: "1"): _ = try popToMark()
        case UInt8(ascii: "2"): try push(top())

        case UInt8(ascii: "q"): try memoize(as: Int(reader.byte()))
        case UInt8(ascii: "r"): try memoize(as: Int(reader.integer(UInt32.self)))
        case 0x94: try memoize()
        case UInt8(ascii: "h"): try push(recall(Int(reader.byte())))
        case UInt8(ascii: "j"): try push(recall(Int(reader.integer(UInt32.self))))

        case UInt8(ascii: "N"): try push(.none)
        case 0x88: try push(.bool(true))
        case 0x89: try push(.bool(false))
        case UInt8(ascii: "K"): try push(.integer(Int(reader.byte())))
        case UInt8(ascii: "M"): try push(.integer(Int(reader.integer(UInt16.self))))
        case UInt8(ascii: "J"): try push(.integer(Int(reader.integer(Int32.self))))
        case 0x8a: try push(longInteger(Int(reader.byte())))
        case 0x8b: try push(longInteger(Int(reader.integer(Int32.self))))
        case UInt8(ascii: "G"): try push(double())

        case UInt8(ascii: "X"): try push(.text(reader.text(Int(reader.integer(UInt32.self)))))
        case 0x8c: try push(.text(reader.text(Int(reader.byte()))))
        case 0x8d: try push(.text(reader.text(length64())))
        case UInt8(ascii: "U"), UInt8(ascii: "C"): try push(bytes(Int(reader.byte())))
        case UInt8(ascii: "T"): try push(bytes(Int(reader.integer(Int32.self))))
        case UInt8(ascii: "B"): try push(bytes(Int(reader.integer(UInt32.self))))
        case 0x8e, 0x96: try push(bytes(length64()))

        case UInt8(ascii: ")"): try push(heap.make(.tuple))
        case UInt8(ascii: "t"): try pushTuple(popToMark())
        case 0x85: try pushTuple(count: 1)
        case 0x86: try pushTuple(count: 2)
        case 0x87: try pushTuple(count: 3)
        case UInt8(ascii: "]"): try push(heap.make(.list))
        case UInt8(ascii: "}"): try push(heap.make(.dictionary))
        case UInt8(ascii: "a"): try appendToList([pop()])
        case UInt8(ascii: "e"): try appendToList(popToMark())
        case UInt8(ascii: "s"): try setItem()
        case UInt8(ascii: "u"): try setItems(popToMark())

        case UInt8(ascii: "c"): try pushGlobal()
        case 0x93: try pushStackGlobal()
        case UInt8(ascii: "Q"): try push(persistentObject(pop()))
        case UInt8(ascii: "R"), 0x81: try reduce()
        case 0x92: try reduceWithNames()
        // Sets: none holds weights.
        case 0x8f where vocabulary.toleratesUnknownNames:
            try push(heap.make(.object(.unknown("builtins.set"))))
        case 0x90 where vocabulary.toleratesUnknownNames: try addToSet(popToMark())
        case 0x91 where vocabulary.toleratesUnknownNames:
            _ = try popToMark()
            try push(heap.make(.object(.unknown("builtins.frozenset"))))
        case UInt8(ascii: "b"): try build()
        default:
            throw WeightFileError(
                .unsupported,
                Problem(
                    reader.subject,
                    found: "has pickle opcode 0x\(String(opcode, radix: 16)) at byte \(reader.position - 1)",
                    expected: "only those that PyTorch and NumPy write",
                    remedy: "Save it again with a current version of PyTorch or NumPy"))
        }
    }

    private mutating func checkProtocol() throws(WeightFileError) {
        let version = try reader.byte()
        guard version <= 5 else {
            throw .damaged(
                reader.subject, "has a pickle of protocol \(version)", expected: "protocol 2 to 5")
        }
    }

    /// A frame is a hint to readers that fetch bytes ahead; only its length is checked.
    private mutating func checkFrame() throws(WeightFileError) {
        let length = try length64()
        guard length <= reader.remaining else {
            throw .cutShort(reader.subject, at: reader.count, needed: "a pickle frame of \(length) bytes")
        }
    }

    private mutating func length64() throws(WeightFileError) -> Int {
        let length = try reader.integer(UInt64.self)
        guard let length = Int(exactly: length) else {
            throw .damaged(reader.subject, "has a pickle with a length of \(length) bytes")
        }
        return length
    }

    /// A string of bytes; a long one may be left where it is.
    private mutating func bytes(_ length: Int) throws(WeightFileError) -> PickleValue {
        guard vocabulary.leavesLongBytes, length >= 64 else { return .bytes(try reader.bytes(length)) }
        let start = try reader.advance(by: length)
        return .span(start..<(start + length))
    }

    private mutating func longInteger(_ length: Int) throws(WeightFileError) -> PickleValue {
        let bytes = try reader.bytes(length)
        guard bytes.count <= 8 else { return .longInteger(bytes) }
        let magnitude = bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let unused = 64 - 8 * bytes.count
        return .integer(bytes.isEmpty ? 0 : Int(Int64(bitPattern: magnitude << unused) >> unused))
    }

    /// Doubles, alone of all numbers in a pickle, have their highest byte first.
    private mutating func double() throws(WeightFileError) -> PickleValue {
        .double(Double(bitPattern: try reader.integer(UInt64.self).byteSwapped))
    }

    private mutating func pushTuple(_ elements: [PickleValue]) throws(WeightFileError) {
        try push(heap.make(.tuple, elements))
    }

    private mutating func pushTuple(count: Int) throws(WeightFileError) {
        var elements: [PickleValue] = []
        for _ in 0..<count { elements.append(try pop()) }
        try pushTuple(elements.reversed())
    }

    /// Whether the value on top is one that nobody made, whose content does not matter.
    private var isTopUnknown: Bool {
        get throws(WeightFileError) {
            if case .unknown? = heap.object(try top()) { true } else { false }
        }
    }

    private mutating func appendToList(_ elements: [PickleValue]) throws(WeightFileError) {
        if try isTopUnknown { return }
        guard case .reference(let node) = try top(), case .list = heap.nodes[node].kind else {
            throw .damaged(reader.subject, "has a pickle that appends to what is no list")
        }
        try heap.append(elements, to: node)
    }

    private mutating func setItem() throws(WeightFileError) {
        let value = try pop()
        let key = try pop()
        try setItems([key, value])
    }

    private mutating func setItems(_ elements: [PickleValue]) throws(WeightFileError) {
        if try isTopUnknown { return }
        guard case .reference(let node) = try top(), case .dictionary = heap.nodes[node].kind else {
            throw .damaged(reader.subject, "has a pickle that puts a key into what is no dictionary")
        }
        guard elements.count.isMultiple(of: 2) else {
            throw .damaged(reader.subject, "has a pickle with a key that has no value")
        }
        try heap.append(elements, to: node)
    }

    private mutating func pushGlobal() throws(WeightFileError) {
        let module = try reader.line()
        let name = try reader.line()
        try push(global(module, name))
    }

    private mutating func pushStackGlobal() throws(WeightFileError) {
        let name = try pop().string
        let module = try pop().string
        guard let module, let name else {
            throw .damaged(reader.subject, "has a pickle with a name that is no text")
        }
        try push(global(module, name))
    }

    private mutating func reduce() throws(WeightFileError) {
        let arguments = try pop()
        let function = try pop()
        try push(call(function, arguments))
    }

    /// `cls.__new__(cls, *arguments, **names)`.
    private mutating func reduceWithNames() throws(WeightFileError) {
        _ = try pop()
        try reduce()
    }

    private mutating func addToSet(_ elements: [PickleValue]) throws(WeightFileError) {
        guard try isTopUnknown else {
            throw .damaged(reader.subject, "has a pickle that adds to what is no set")
        }
    }

    /// Attributes of an `OrderedDict` are dropped knowingly: a state dict's `_metadata` has versions of
    /// Python classes.
    private mutating func build() throws(WeightFileError) {
        let state = try pop()
        guard case .reference(let node) = try top() else {
            throw .damaged(reader.subject, "has a pickle that gives a state to what has none")
        }
        switch heap.nodes[node].kind {
        case .dictionary, .object(.unknown): return
        case .object:
            if let build = vocabulary.build { return try build(&heap, node, state) }
            fallthrough
        case .tuple, .list:
            throw .damaged(reader.subject, "has a pickle that gives a state to what has none")
        }
    }
}
