internal import GraftFiles

/// Reads the parts of one structure of an HDF5 file from front to back, every read checked against its end.
struct HDF5Cursor {
    /// The bytes that the structure lies in.
    let region: ByteRegion
    /// Where the next read starts, from the region's start.
    private(set) var position: Int
    /// One past the last byte that may be read.
    let end: Int
    /// How wide the file writes addresses and lengths, and what its addresses count from.
    let format: HDF5Format
    /// What the structure is called in errors: "an object header".
    let structure: String

    /// A structure that starts at `position` and ends at `end`, or at the region's end.
    init(
        _ region: ByteRegion, at position: Int, end: Int? = nil, _ format: HDF5Format, _ structure: String
    ) throws(WeightFileError) {
        let end = end ?? region.count
        guard position >= 0, position <= end, end <= region.count else {
            throw .damaged(
                region.subject, "has \(structure) at byte \(position), outside of its \(region.count) bytes")
        }
        self.region = region
        self.position = position
        self.end = end
        self.format = format
        self.structure = structure
    }

    /// The number of bytes not yet read.
    var remaining: Int { end - position }

    /// An error about the structure, worded to follow "has an object header that".
    func damaged(_ found: String) -> WeightFileError {
        .damaged(region.subject, "has \(structure) near byte \(position) that \(found)")
    }

    /// Passes over `length` bytes and says where they start.
    @discardableResult
    mutating func advance(by length: Int) throws(WeightFileError) -> Int {
        guard length >= 0, length <= remaining else { throw damaged("ends too early") }
        defer { position += length }
        return position
    }

    /// Reads `width` bytes, at most 8, as a number whose lowest byte comes first.
    mutating func unsigned(_ width: Int) throws(WeightFileError) -> UInt64 {
        let start = try advance(by: width)
        return unsafe region.withBytes(start..<(start + width)) { bytes in
            unsafe bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
    }

    /// Reads `width` bytes as a number that must fit in an `Int`.
    mutating func integer(_ width: Int) throws(WeightFileError) -> Int {
        let value = try unsigned(width)
        guard let integer = Int(exactly: value) else { throw damaged("has the absurd number \(value)") }
        return integer
    }

    /// Reads a length or size.
    mutating func length() throws(WeightFileError) -> Int { try integer(format.lengthWidth) }

    /// Reads an address and turns it into a place in the region; `nil` where it is the one that means "none".
    mutating func address() throws(WeightFileError) -> Int? {
        let width = format.addressWidth
        let value = try unsigned(width)
        if value == UInt64.max >> UInt64(64 - 8 * width) { return nil }
        guard let offset = Int(exactly: value), offset <= region.count - format.base else {
            throw damaged("points at byte \(value), behind the end of the file")
        }
        return format.base + offset
    }

    /// Reads an address that must be one.
    mutating func place() throws(WeightFileError) -> Int {
        guard let place = try address() else { throw damaged("lacks an address") }
        return place
    }

    /// Reads `length` bytes.
    mutating func bytes(_ length: Int) throws(WeightFileError) -> [UInt8] {
        let start = try advance(by: length)
        return region.bytes(start..<(start + length))
    }

    /// Reads `length` bytes as a text that ends at the first zero byte, or with them.
    mutating func text(_ length: Int) throws(WeightFileError) -> String {
        let bytes = try bytes(length)
        guard let text = String(validating: bytes.prefix { $0 != 0 }, as: UTF8.self) else {
            throw damaged("has a text that is not UTF-8")
        }
        return text
    }

    /// Passes over the four letters that the structure must have here.
    mutating func signature(_ signature: HDF5Signature) throws(WeightFileError) {
        guard try bytes(4) == signature.bytes else {
            throw damaged("lacks its signature \(signature.rawValue)")
        }
    }

    /// The next `length` bytes as a structure of their own, which is passed over.
    mutating func part(_ length: Int, _ structure: String) throws(WeightFileError) -> HDF5Cursor {
        let start = try advance(by: length)
        return try HDF5Cursor(region, at: start, end: start + length, format, structure)
    }
}

/// What all structures of one HDF5 file have in common.
struct HDF5Format {
    /// The number of bytes of an address: 2, 4 or 8.
    let addressWidth: Int
    /// The number of bytes of a length: 2, 4 or 8.
    let lengthWidth: Int
    /// The place that addresses count from.
    let base: Int
}
