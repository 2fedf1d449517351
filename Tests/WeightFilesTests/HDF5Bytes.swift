/// Writes HDF5 files by hand, honest and hostile ones: superblock 2, object headers 2, groups of link
/// messages.
struct HDF5Bytes {
    typealias Message = (type: Int, content: [UInt8])

    private var bytes = [UInt8](repeating: 0, count: 48)

    /// Where the next object will be.
    var next: Int { bytes.count }

    /// Puts an object at the end and says where it is.
    mutating func object(_ messages: [Message]) -> Int {
        let place = next
        let content = HDF5Bytes.encoded(messages)
        bytes += Array("OHDR".utf8) + [2, 2] + number(content.count, 4) + content + number(0, 4)
        return place
    }

    /// Puts a block at the end that goes on with the messages of an object, and says where it is and how
    /// long.
    mutating func continuation(_ messages: [Message]) -> (place: Int, length: Int) {
        let place = next
        bytes += Array("OCHK".utf8) + HDF5Bytes.encoded(messages) + number(0, 4)
        return (place, next - place)
    }

    /// Puts bytes at the end and says where they are.
    mutating func data(_ data: [UInt8]) -> Int {
        defer { bytes += data }
        return next
    }

    /// The file whose root group is at `root`.
    func file(root: Int, version: UInt8 = 2) -> [UInt8] {
        let start: [UInt8] =
            [0x89] + Array("HDF\r\n\u{1a}\n".utf8) + [version, 8, 8, 0] + number(0, 8)
            + [UInt8](repeating: 255, count: 8) + number(bytes.count, 8) + number(root, 8) + number(0, 4)
        return start + bytes.dropFirst(48)
    }

    /// The file of Keras's legacy format that lists these layers and has them at these places.
    mutating func legacyFile(_ names: [String], _ layers: [(name: String, place: Int)]) -> [UInt8] {
        let links = layers.map { HDF5Bytes.link($0.name, $0.place) }
        let root = object([HDF5Bytes.texts("layer_names", names)] + links)
        return file(root: root)
    }

    static func encoded(_ messages: [Message]) -> [UInt8] {
        messages.flatMap { [UInt8($0.type)] + number($0.content.count, 2) + [0] + $0.content }
    }

    static func link(_ name: String, _ place: Int) -> Message {
        (6, [1, 0, UInt8(name.utf8.count)] + Array(name.utf8) + number(place, 8))
    }

    static func continued(_ block: (place: Int, length: Int)) -> Message {
        (0x10, number(block.place, 8) + number(block.length, 8))
    }

    /// An attribute of texts of sixteen bytes.
    static func texts(_ name: String, _ texts: [String]) -> Message {
        let data = texts.flatMap { Array($0.utf8) + [UInt8](repeating: 0, count: 16 - $0.utf8.count) }
        return attribute(name, type: [0x13, 0, 0, 0] + number(16, 4), [texts.count], data)
    }

    static func attribute(_ name: String, type: [UInt8], _ extents: [Int], _ data: [UInt8]) -> Message {
        let space = dataspace(extents).content
        let sizes = number(name.utf8.count + 1, 2) + number(type.count, 2) + number(space.count, 2)
        return (0xc, [3, 0] + sizes + [0] + Array(name.utf8) + [0] + type + space + data)
    }

    static func dataspace(_ extents: [Int]) -> Message {
        (1, [2, UInt8(extents.count), 0, 1] + extents.flatMap { number($0, 8) })
    }

    static let float32: Message = (
        3, [0x11, 0x20, 0x1f, 0, 4, 0, 0, 0, 0, 0, 32, 0, 23, 8, 0, 23, 127, 0, 0, 0]
    )

    static func contiguous(_ place: Int, _ length: Int) -> Message {
        (8, [3, 1] + number(place, 8) + number(length, 8))
    }

    static func chunked(tree: Int, _ extents: [Int]) -> Message {
        (8, [3, 2, UInt8(extents.count)] + number(tree, 8) + extents.flatMap { number($0, 4) })
    }
}

private func number(_ value: Int, _ count: Int) -> [UInt8] { PickleBytes.littleEndian(value, count) }
