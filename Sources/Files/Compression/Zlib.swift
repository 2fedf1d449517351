internal import GraftCZlib

/// Bytes compressed by zlib without a file around them (RFC 1950).
package enum Zlib {
    /// The bytes that were compressed; `nil` where the data is damaged, cut short, or yields more than
    /// `limit` bytes.
    package static func decompress(_ bytes: [UInt8], limit: Int) -> [UInt8]? {
        // zlib wants a place to write to, even for nothing.
        var output = [UInt8](repeating: 0, count: max(limit, 1))
        var count = uLongf(output.count)
        guard unsafe uncompress(&output, &count, bytes, uLong(bytes.count)) == Z_OK, count <= limit else {
            return nil
        }
        return Array(output.prefix(Int(count)))
    }

    /// The CRC-32 of bytes (ISO 3309), as zip archives and PNG files have it.
    package static func checksum(_ bytes: [UInt8]) -> UInt32 {
        unsafe bytes.withUnsafeBytes { unsafe checksum($0) }
    }

    /// The CRC-32 of bytes; with the one of the bytes before them as `start`, that of both.
    package static func checksum(_ bytes: UnsafeRawBufferPointer, start: UInt32 = 0) -> UInt32 {
        // Without bytes there may be no address, and zlib takes that for a new start.
        guard unsafe !bytes.isEmpty else { return start }
        return UInt32(
            truncatingIfNeeded: unsafe crc32_z(
                uLong(start), bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count))
    }
}
