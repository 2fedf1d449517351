/// An object header to be written, in version 1.
struct HDF5Header {
    /// What errors call the object.
    let subject: String
    /// The messages, each with its own head.
    private(set) var messages = ByteWriter()
    /// Which fields, from the header's start, are to say where a collection of texts is.
    var textFields: [(field: Int, collection: Int)] = []
    private var count = 0

    private static let size = 16
    // The number of messages and the length of one have 16 bits; a length is a multiple of 8.
    private static let countLimit = 0xffff
    private static let lengthLimit = 0xfff8

    /// A header without messages.
    init(_ subject: String) { self.subject = subject }

    /// Adds a message; gives where its content starts, from the header's start.
    @discardableResult
    mutating func add(
        _ type: HDF5Object.MessageType, _ content: [UInt8], isConstant: Bool = false
    ) throws(WeightFileError) -> Int {
        let length = content.count + content.count.padding(to: 8)
        guard length <= HDF5Header.lengthLimit else {
            throw .unwritable(
                subject, "has an attribute, or a description, of \(content.count) bytes",
                expected: "at most \(HDF5Header.lengthLimit)")
        }
        guard count < HDF5Header.countLimit else {
            throw .unwritable(
                subject, "has too many attributes", expected: "less than \(HDF5Header.countLimit)")
        }
        count += 1
        messages.add(type.rawValue, width: 2)
        messages.add(length, width: 2)
        // Flags, and three reserved bytes.
        messages.add([isConstant ? 1 : 0, 0, 0, 0])
        let place = HDF5Header.size + messages.count
        messages.add(content)
        messages.align(to: 8)
        return place
    }

    /// The bytes.
    func bytes() throws(WeightFileError) -> [UInt8] {
        guard messages.count <= 0xffff_ffff else {
            throw .unwritable(
                subject, "has attributes of \(messages.count) bytes in all", expected: "less than 4 GiB")
        }
        var header = ByteWriter()
        header.add([1, 0])
        header.add(count, width: 2)
        // The number of references.
        header.add(1, width: 4)
        header.add(messages.count, width: 4)
        header.addZeros(4)
        header.add(messages.bytes)
        return header.bytes
    }
}
