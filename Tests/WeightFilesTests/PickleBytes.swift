/// Writes pickles by hand, honest and hostile ones.
struct PickleBytes {
    var bytes: [UInt8] = [0x80, 2]

    mutating func put(_ letters: String) { bytes += letters.utf8 }

    mutating func global(_ module: String, _ name: String) { put("c\(module)\n\(name)\n") }

    mutating func text(_ text: String) {
        put("X")
        bytes += PickleBytes.littleEndian(text.utf8.count, 4) + text.utf8
    }

    /// A `str` of Python 2.
    mutating func oldText(_ text: String) {
        put("U")
        bytes += [UInt8(text.utf8.count)] + text.utf8
    }

    mutating func integer(_ value: Int) { bytes += [0x8a, 8] + PickleBytes.littleEndian(value, 8) }

    mutating func tuple(_ values: [Int]) {
        put("(")
        values.forEach { integer($0) }
        put("t")
    }

    /// A storage of `count` elements.
    mutating func storage(_ type: String = "FloatStorage", key: String = "0", count: Int, view: Bool = true) {
        put("(")
        text("storage")
        global("torch", type)
        text(key)
        text("cpu")
        integer(count)
        put(view ? "NtQ" : "tQ")
    }

    /// A tensor of a storage of `count` elements.
    mutating func tensor(
        _ type: String = "FloatStorage", key: String = "0", count: Int, offset: Int = 0, sizes: [Int],
        strides: [Int], view: Bool = true
    ) {
        global("torch._utils", "_rebuild_tensor_v2")
        put("(")
        storage(type, key: key, count: count, view: view)
        integer(offset)
        tuple(sizes)
        tuple(strides)
        bytes.append(0x89)
        global("collections", "OrderedDict")
        put(")RtR")
    }

    static func littleEndian(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    /// A legacy PyTorch file of this pickle, whose storages each have so many bytes of zero.
    func legacyFile(storages: [(key: String, count: Int, bytes: Int)] = []) -> [UInt8] {
        var file: [UInt8] = [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19]
        file += Array(".".utf8) + [0x80, 2] + Array("M".utf8) + [0xe9, 3] + Array(".".utf8)
        var machine = PickleBytes()
        machine.put("}")
        machine.text("little_endian")
        machine.bytes.append(0x88)
        machine.put("s.")
        file += machine.bytes + bytes + Array(".".utf8)
        var keys = PickleBytes()
        keys.put("](")
        storages.forEach { keys.text($0.key) }
        keys.put("e.")
        file += keys.bytes
        for storage in storages {
            file += PickleBytes.littleEndian(storage.count, 8) + [UInt8](repeating: 0, count: storage.bytes)
        }
        return file
    }
}
