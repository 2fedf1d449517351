internal import GraftFiles
internal import GraftTensors

/// Where everything in an HDF5 file to be written lies, and the bytes of all but the elements.
///
/// The forms are the oldest: superblock 0, object headers 1, groups as symbol tables. Objects come before
/// what leads to them, the root group last; then the texts of attributes, then the elements of the datasets.
struct HDF5Layout: Sendable {
    /// A dataset's elements.
    struct Run: Sendable {
        /// What errors call the dataset.
        let subject: String
        let elements: HDF5Elements
        /// Where they start, from the file's start.
        var start: Int
        let byteCount: Int
        /// Where the header says where they start.
        let field: Int
    }

    /// The bytes before the first element.
    private(set) var head = ByteWriter()
    /// The elements, in the order of the file.
    private(set) var runs: [Run] = []
    /// The number of bytes of the whole file.
    private(set) var byteCount = 0

    private let subject: String
    private var heap = HDF5TextHeap()
    private var textFields: [(field: Int, collection: Int)] = []

    /// Elements start on multiples of this, so that those in a mapped file are aligned in memory.
    static let alignment = 64
    /// The address that means "none".
    static let nowhere = [UInt8](repeating: 0xff, count: 8)
    private static let superblockSize = 96

    /// Places a group as the root of a file that errors call `subject`.
    init(_ root: HDF5Group, subject: String) throws(WeightFileError) {
        self.subject = subject
        head.addZeros(HDF5Layout.superblockSize)
        let places = try add(root, path: "")
        let collections = heap.write(to: &head)
        for text in textFields { head.replace(at: text.field, with: collections[text.collection]) }
        try placeRuns()
        var superblock = HDF5Layout.superblock(root: places, byteCount: byteCount)
        superblock.add(head.bytes.dropFirst(superblock.count))
        head = superblock
    }

    /// Puts the elements one behind the other.
    private mutating func placeRuns() throws(WeightFileError) {
        byteCount = head.count
        for index in runs.indices where runs[index].byteCount > 0 {
            guard let start = byteCount.adding(checked: byteCount.padding(to: HDF5Layout.alignment)),
                let end = start.adding(checked: runs[index].byteCount)
            else { throw .unwritable(subject, "would have more bytes than a file can have") }
            runs[index].start = start
            head.replace(at: runs[index].field, with: start)
            byteCount = end
        }
    }

    /// What the file begins with.
    private static func superblock(root: GroupPlaces, byteCount: Int) -> ByteWriter {
        var bytes = ByteWriter()
        bytes.add(HDF5File.signature)
        // The versions of the superblock, of the free space, of the root's entry; a reserved byte; the
        // version of shared headers; the widths of addresses and lengths; a reserved byte.
        bytes.add([0, 0, 0, 0, 0, 8, 8, 0])
        bytes.add(symbolsPerNode / 2, width: 2)
        bytes.add(childrenPerNode / 2, width: 2)
        // Flags, and the place that addresses count from.
        bytes.addZeros(4 + 8)
        bytes.add(nowhere)
        bytes.add(byteCount, width: 8)
        bytes.add(nowhere)
        // The root's entry: no name, its header, and what it holds in short (kind 1).
        bytes.addZeros(8)
        bytes.add(root.header, width: 8)
        bytes.add(1, width: 4)
        bytes.addZeros(4)
        bytes.add(root.tree, width: 8)
        bytes.add(root.names, width: 8)
        return bytes
    }

    // MARK: What groups and objects add

    /// Adds bytes to the head and says where they start.
    mutating func append(_ bytes: [UInt8]) -> Int {
        defer { head.add(bytes) }
        return head.count
    }

    /// Keeps a dataset's elements, whose place the eight bytes at `field` are to say.
    mutating func keep(_ elements: HDF5Elements, byteCount: Int, field: Int, path: String) {
        runs.append(
            Run(subject: named(path), elements: elements, start: 0, byteCount: byteCount, field: field))
    }

    /// Keeps a text and says where it will be.
    mutating func keep(_ text: [UInt8]) -> HDF5TextHeap.Place { heap.add(text) }

    /// Adds a header and says where it is.
    mutating func add(_ header: HDF5Header) throws(WeightFileError) -> Int {
        let place = append(try header.bytes())
        textFields += header.textFields.map { (place + $0.field, $0.collection) }
        return place
    }

    /// What errors call an object.
    func named(_ path: String) -> String { path.isEmpty ? subject : "\(subject): \(path)" }
}
