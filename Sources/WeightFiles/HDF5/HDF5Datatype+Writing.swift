internal import GraftTensors

/// Messages that say of what type the elements of a dataset or attribute are, in version 1.
extension HDF5Datatype {
    /// The message for numbers, lowest byte first; `nil` for those that HDF5 has no type for.
    static func message(_ type: ElementType) -> [UInt8]? {
        switch type {
        case .float64, .float32, .float16:
            guard let layout = floatLayouts[type] else { return nil }
            // The first bit of the fraction is 1 and not stored; then the place of the sign.
            var message = head(1, [0x20, 8 * type.byteCount - 1, 0], size: type.byteCount)
            addWidth(type.byteCount, to: &message)
            message.add(layout.map { UInt8($0) })
            // The exponent is stored with this added.
            message.add(1 << (layout[1] - 1) - 1, width: 4)
            return message.bytes
        case .int64, .int32, .int16, .int8, .uint8:
            var message = head(0, [type == .uint8 ? 0 : 8, 0, 0], size: type.byteCount)
            addWidth(type.byteCount, to: &message)
            return message.bytes
        case .bfloat16, .bool: return nil
        }
    }

    /// The message for texts of `size` bytes in UTF-8, filled up with zeros.
    static func fixedText(size: Int) -> [UInt8] { head(3, [0x11, 0, 0], size: size).bytes }

    /// The message for texts of variable length in UTF-8, which end with a zero: a sequence of bytes.
    static var variableText: [UInt8] {
        var message = head(9, [1, 1, 0], size: 16)
        message.add(HDF5Datatype.message(.uint8) ?? [])
        return message.bytes
    }

    /// What every type begins with: version and class, 24 bits that depend on the class, the size.
    private static func head(_ kind: Int, _ bits: [Int], size: Int) -> ByteWriter {
        var message = ByteWriter()
        message.add(1 << 4 | kind, width: 1)
        for part in bits { message.add(part, width: 1) }
        message.add(size, width: 4)
        return message
    }

    /// All bits of a number are used: offset 0, and the width.
    private static func addWidth(_ byteCount: Int, to message: inout ByteWriter) {
        message.add(0, width: 2)
        message.add(8 * byteCount, width: 2)
    }
}

extension HDF5Dataspace {
    /// The largest number of axes that the format has.
    static let rankLimit = 32

    /// The message for these extents, in version 1.
    static func message(_ extents: [Int]) -> [UInt8] {
        var message = ByteWriter()
        message.add([1, UInt8(extents.count), 0, 0, 0, 0, 0, 0])
        for extent in extents { message.add(extent, width: 8) }
        return message.bytes
    }
}
