internal import GraftFiles
internal import GraftTensors

/// An HDF5 file: a tree of groups and datasets with attributes.
///
/// A reader of Graft's own, since the library crashes on files it should refuse: of 3,000 copies of two small
/// files with one to three changed bytes each, libhdf5 1.10.8 died on two and did not end on two others.
///
/// It follows "HDF5 File Format Specification, Version 3.0": superblocks 0 to 3, object headers 1 and 2,
/// groups as symbol tables or as link messages. All addresses, counts and sizes are the file's claims and
/// checked before use; the steps taken are counted, so that no file can keep the reader busy for longer than
/// its size justifies.
final class HDF5File {
    /// The bytes.
    let region: ByteRegion
    /// How wide the file writes addresses and lengths.
    let format: HDF5Format
    /// The place of the root group's header.
    let root: Int

    /// What tensors and texts may still take.
    var budget: MemoryBudget
    private var steps = 0
    private var links: [Int: [String: Int]] = [:]
    var heaps: [Int: [Int: Range<Int>]] = [:]

    /// The first bytes of every HDF5 file.
    static let signature: [UInt8] = [0x89] + Array("HDF\r\n\u{1a}\n".utf8)

    /// Opens a file and checks that it is there as a whole.
    init(_ region: ByteRegion, budget: MemoryBudget) throws(WeightFileError) {
        self.region = region
        self.budget = budget
        let unknown = HDF5Format(addressWidth: 8, lengthWidth: 8, base: 0)
        var cursor = try HDF5Cursor(region, at: 0, unknown, "a superblock")
        guard try cursor.bytes(8) == HDF5File.signature else { throw cursor.damaged("is none") }
        let version = try cursor.integer(1)
        guard version <= 3 else {
            throw .unsupportedHDF5(region.subject, "a superblock of version \(version)")
        }
        if version < 2 { try cursor.advance(by: 4) }
        let widths = (try cursor.integer(1), try cursor.integer(1))
        guard [2, 4, 8].contains(widths.0), [2, 4, 8].contains(widths.1) else {
            throw cursor.damaged("has addresses of \(widths.0) and lengths of \(widths.1) bytes")
        }
        // Version 0: a reserved byte, two sizes of tree nodes, flags; version 1 has one more size; versions 2
        // and 3 have flags.
        try cursor.advance(by: version < 2 ? (version == 0 ? 9 : 13) : 1)
        let base = try cursor.integer(widths.0)
        guard base <= region.count else { throw cursor.damaged("says that it starts at byte \(base)") }
        format = HDF5Format(addressWidth: widths.0, lengthWidth: widths.1, base: base)
        cursor = try HDF5Cursor(region, at: cursor.position, format, "a superblock")
        // The free space, or the superblock's extension.
        try cursor.advance(by: widths.0)
        let end = try cursor.unsigned(widths.0)
        if end != UInt64.max >> UInt64(64 - 8 * widths.0), end > UInt64(region.count - base) {
            throw .cutShort(region.subject, at: region.count, needed: "\(end) bytes, as its header says")
        }
        // Versions 0 and 1: the driver's information, and the root's name.
        if version < 2 { try cursor.advance(by: 2 * widths.0) }
        root = try cursor.place()
    }

    /// Counts work done.
    func step(_ count: Int = 1) throws(WeightFileError) {
        steps += count
        // A tensor takes about fifteen steps, and a kilobyte of headers, heaps and tree nodes.
        let limit = 200_000 + region.count / 64
        guard steps <= limit else {
            throw .excessive(
                region.subject, "takes more than \(limit) steps to read", limit: "a few for each tensor")
        }
    }

    /// The object whose header is at `place`.
    func object(at place: Int) throws(WeightFileError) -> HDF5Object { try HDF5Object(self, at: place) }

    /// The places of the headers of what is in the group at `place`, by name; empty for a dataset.
    func members(at place: Int) throws(WeightFileError) -> [String: Int] {
        if let known = links[place] { return known }
        let found = try object(at: place).members()
        links[place] = found
        return found
    }

    /// The place of the header of what `path` leads to from the group at `start`; `nil` where there is
    /// nothing.
    func find(_ path: String, from start: Int) throws(WeightFileError) -> Int? {
        var place = start
        for name in path.split(separator: "/") {
            try step()
            guard let next = try members(at: place)[String(name)] else { return nil }
            place = next
        }
        return place
    }
}

extension WeightFileError {
    /// A part of HDF5 that no version of Keras uses.
    static func unsupportedHDF5(_ subject: String, _ found: String) -> WeightFileError {
        WeightFileError(
            .unsupported,
            Problem(
                subject, found: "has \(found), which Graft does not read",
                expected: "what Keras writes, and h5py by default",
                remedy: "Copy it with h5py, in Python, to a file opened with libver='earliest'"))
    }
}
