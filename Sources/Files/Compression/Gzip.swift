internal import GraftCZlib

/// Files compressed with gzip (RFC 1952).
package enum Gzip {
    /// Whether bytes start like a gzip file.
    package static func isCompressed(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1f, 0x8b]) }

    /// The bytes that were compressed, from one or more members.
    ///
    /// - Parameters:
    ///   - name: What an error calls the file.
    ///   - limit: The most bytes to produce: a small file can hold gigabytes.
    /// - Throws: ``FileError`` where the data is damaged, cut short, or yields more than `limit` bytes.
    package static func decompress(_ bytes: [UInt8], name: String, limit: Int) throws(FileError) -> [UInt8] {
        var stream = unsafe z_stream()
        guard unsafe graft_inflate_init_gzip(&stream) == Z_OK else {
            throw FileError(.other, Problem(name, found: "cannot be decompressed: no memory"))
        }
        defer { unsafe inflateEnd(&stream) }
        var output: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 18)
        var position = 0
        while true {
            let input = min(bytes.count - position, 1 << 30)
            var status = Z_OK
            unsafe bytes.withUnsafeBufferPointer { source in
                unsafe chunk.withUnsafeMutableBufferPointer { target in
                    // zlib's interface is older than `const`: it does not write to its input.
                    unsafe stream.next_in = UnsafeMutablePointer(
                        mutating: source.baseAddress.map { unsafe $0 + position })
                    unsafe stream.avail_in = UInt32(input)
                    unsafe stream.next_out = target.baseAddress
                    unsafe stream.avail_out = UInt32(target.count)
                    status = unsafe inflate(&stream, Z_NO_FLUSH)
                }
            }
            let produced = unsafe chunk.count - Int(stream.avail_out)
            position += unsafe input - Int(stream.avail_in)
            guard output.count + produced <= limit else {
                let problem = Problem(
                    name, found: "decompresses to more than \(limit) bytes",
                    remedy: "Check that it is the right file")
                throw FileError(.other, problem)
            }
            output += chunk[..<produced]
            switch status {
            case Z_STREAM_END:
                // Another member may follow; anything else behind the last one is padding.
                guard bytes[position...].starts(with: [0x1f, 0x8b]) else { return output }
                unsafe inflateReset(&stream)
            case Z_OK:
                continue
            case Z_BUF_ERROR where position >= bytes.count:
                throw FileError(
                    .other, Problem(name, found: "is cut short", remedy: "Copy or download it again"))
            default:
                throw FileError(
                    .other, Problem(name, found: "is damaged", remedy: "Copy or download it again"))
            }
        }
    }
}
