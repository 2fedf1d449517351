internal import GraftTensors

/// The type of the elements of a dataset or attribute.
struct HDF5Datatype {
    /// What elements can be.
    enum Kind: Equatable {
        case number(ElementType, isBigEndian: Bool)
        /// A text of as many bytes as an element has.
        case text
        /// A text in a global heap.
        case variableText
        /// Two bytes without a meaning of their own: how h5py stores bfloat16.
        case opaquePair
        /// Anything else, with its name for errors.
        case other(String)
    }

    let kind: Kind
    /// The size of one element in bytes.
    let size: Int

    /// Reads a datatype message.
    init(_ cursor: inout HDF5Cursor) throws(WeightFileError) {
        let first = try cursor.integer(1)
        let bits = try cursor.integer(3)
        let size = try cursor.integer(4)
        guard (1...4).contains(first >> 4) else {
            throw cursor.damaged("is a type of version \(first >> 4)")
        }
        guard size > 0 else { throw cursor.damaged("is a type of elements without bytes") }
        self.size = size
        switch first & 15 {
        case 0: kind = try HDF5Datatype.integer(&cursor, bits, size)
        case 1: kind = try HDF5Datatype.float(&cursor, bits, size)
        case 3: kind = .text
        case 5: kind = size == 2 ? .opaquePair : .other("opaque")
        case 8:
            // h5py's bool: an enumeration of FALSE and TRUE, with a type of one byte below it.
            let base = try HDF5Datatype.base(cursor)
            kind =
                bits & 0xffff == 2 && size == 1 && base == 0
                ? .number(.bool, isBigEndian: false) : .other("enumeration")
        case 9:
            kind =
                bits & 15 == 1 && size == 8 + cursor.format.addressWidth ? .variableText : .other("sequence")
        case let other:
            let names = [2: "time", 4: "bits", 6: "compound", 7: "reference", 10: "array", 11: "complex"]
            kind = .other(names[other] ?? "class \(other)")
        }
    }

    /// The class of the type below an enumeration.
    private static func base(_ cursor: HDF5Cursor) throws(WeightFileError) -> Int {
        var cursor = cursor
        return try cursor.integer(1) & 15
    }

    /// Bit 0 says whether the highest byte comes first, bit 3 whether there is a sign; then offset and width
    /// in bits.
    private static func integer(
        _ cursor: inout HDF5Cursor, _ bits: Int, _ size: Int
    ) throws(WeightFileError) -> Kind {
        let offset = try cursor.integer(2)
        let width = try cursor.integer(2)
        let isSigned = bits & 8 != 0
        let name = "\(isSigned ? "int" : "uint")\(width)"
        guard offset == 0, width == 8 * size, let type = ElementType(rawValue: name) else {
            return .other(name)
        }
        return .number(type, isBigEndian: bits & 1 != 0)
    }

    /// The places of exponent and fraction: the exponent's lowest bit and width, then the fraction's.
    static let floatLayouts: [ElementType: [Int]] = [
        .float64: [52, 11, 0, 52], .float32: [23, 8, 0, 23], .float16: [10, 5, 0, 10],
        .bfloat16: [7, 8, 0, 7],
    ]

    /// Bits 0 and 6 are the order of bytes; then the places of exponent and fraction.
    private static func float(
        _ cursor: inout HDF5Cursor, _ bits: Int, _ size: Int
    ) throws(WeightFileError) -> Kind {
        let offset = try cursor.integer(2)
        let width = try cursor.integer(2)
        var layout: [Int] = []
        for _ in 0..<4 { layout.append(try cursor.integer(1)) }
        guard bits & 0x40 == 0, offset == 0, width == 8 * size,
            let type = floatLayouts.first(where: { $0.value == layout && $0.key.byteCount == size })?.key
        else { return .other("float\(width)") }
        return .number(type, isBigEndian: bits & 1 != 0)
    }
}

/// The extents of a dataset or attribute.
enum HDF5Dataspace {
    /// Reads a dataspace message; a null dataspace has one extent of zero.
    static func read(_ cursor: inout HDF5Cursor) throws(WeightFileError) -> [Int] {
        let version = try cursor.integer(1)
        guard version == 1 || version == 2 else {
            throw cursor.damaged("is a dataspace of version \(version)")
        }
        let rank = try cursor.integer(1)
        guard rank <= 32 else { throw cursor.damaged("has \(rank) axes") }
        try cursor.advance(by: 1)
        if version == 1 {
            try cursor.advance(by: 5)
        } else if try cursor.integer(1) == 2 {
            return [0]
        }
        var extents: [Int] = []
        for _ in 0..<rank { extents.append(try cursor.length()) }
        return extents
    }
}
