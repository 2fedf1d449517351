/// A group or dataset: the messages of its object header.
struct HDF5Object {
    /// The kinds of message that are read, by their numbers in the specification.
    enum MessageType: Int {
        case dataspace = 0x1, linkInfo = 0x2, datatype = 0x3, fillValue = 0x5, link = 0x6, layout = 0x8
        case filters = 0xb, attribute = 0xc, continuation = 0x10, symbolTable = 0x11, attributeInfo = 0x15
    }

    /// One message.
    struct Message {
        let type: MessageType
        /// Whether the content lies in another object and this is its address.
        let isShared: Bool
        let content: HDF5Cursor
    }

    let file: HDF5File
    /// The place of the header.
    let place: Int
    /// All messages of known kinds, in the order of the file.
    private(set) var messages: [Message] = []

    private static let name = "an object header"

    /// Reads the header at `place`.
    init(_ file: HDF5File, at place: Int) throws(WeightFileError) {
        self.file = file
        self.place = place
        try file.step()
        var cursor = try HDF5Cursor(file.region, at: place, file.format, HDF5Object.name)
        if try cursor.integer(1) == 1 {
            try readVersion1(&cursor)
        } else {
            try readVersion2()
        }
    }

    /// The messages of one kind.
    func all(_ type: MessageType) -> [Message] { messages.filter { $0.type == type } }

    /// The content of the first message of a kind; `nil` where there is none.
    func content(_ type: MessageType) throws(WeightFileError) -> HDF5Cursor? {
        guard let message = messages.first(where: { $0.type == type }) else { return nil }
        guard !message.isShared else {
            throw .unsupportedHDF5(file.region.subject, "parts that objects share")
        }
        return message.content
    }

    /// Version 1: sixteen bytes, then messages that start on multiples of eight bytes.
    private mutating func readVersion1(_ cursor: inout HDF5Cursor) throws(WeightFileError) {
        try cursor.advance(by: 1)
        let count = try cursor.integer(2)
        try cursor.advance(by: 4)
        let size = try cursor.integer(4)
        try cursor.advance(by: 4)
        var blocks = [try cursor.part(size, HDF5Object.name)]
        var read = 0
        while let block = blocks.popLast() {
            var block = block
            while read < count, block.remaining >= 8 {
                let type = try block.integer(2)
                let length = try block.integer(2)
                let flags = try block.integer(1)
                try block.advance(by: 3)
                let content = try block.part(length, "a message")
                if let next = try add(type, flags, content) { blocks.append(next) }
                read += 1
            }
        }
    }

    /// Version 2: a signature, times and limits as flags say, then messages without gaps, and a checksum.
    private mutating func readVersion2() throws(WeightFileError) {
        var cursor = try HDF5Cursor(file.region, at: place, file.format, HDF5Object.name)
        try cursor.signature(.objectHeader)
        let version = try cursor.integer(1)
        guard version == 2 else { throw cursor.damaged("is of version \(version)") }
        let flags = try cursor.integer(1)
        if flags & 0x20 != 0 { try cursor.advance(by: 16) }
        if flags & 0x10 != 0 { try cursor.advance(by: 4) }
        let size = try cursor.integer(1 << (flags & 3))
        let hasOrder = flags & 4 != 0
        var blocks = [try cursor.part(size, HDF5Object.name)]
        while let block = blocks.popLast() {
            var block = block
            while block.remaining >= (hasOrder ? 6 : 4) {
                let type = try block.integer(1)
                let length = try block.integer(2)
                let flags = try block.integer(1)
                if hasOrder { try block.advance(by: 2) }
                let content = try block.part(length, "a message")
                guard var next = try add(type, flags, content) else { continue }
                try next.signature(.continuation)
                guard next.remaining >= 4 else { throw next.damaged("ends too early") }
                blocks.append(try next.part(next.remaining - 4, HDF5Object.name))
            }
        }
    }

    /// Keeps a message; returns the block that a continuation leads to.
    private mutating func add(
        _ type: Int, _ flags: Int, _ content: HDF5Cursor
    ) throws(WeightFileError) -> HDF5Cursor? {
        try file.step()
        guard let type = MessageType(rawValue: type) else {
            // Bits 3 and 7: a reader that does not know the message must not go on.
            guard flags & 0x88 == 0 else {
                throw .unsupportedHDF5(file.region.subject, "a message of unknown type \(type)")
            }
            return nil
        }
        guard type != .continuation else {
            var content = content
            let place = try content.place()
            let length = try content.length()
            guard length <= file.region.count - place else {
                throw content.damaged("points outside of the file")
            }
            return try HDF5Cursor(
                file.region, at: place, end: place + length, file.format, HDF5Object.name)
        }
        messages.append(Message(type: type, isShared: flags & 2 != 0, content: content))
        return nil
    }
}
