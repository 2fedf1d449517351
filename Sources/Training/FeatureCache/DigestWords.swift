internal import GraftFiles

/// A SHA-256 as four numbers, compared without an array's allocation.
struct DigestWords: Hashable, Sendable {
    let first: UInt64
    let second: UInt64
    let third: UInt64
    let fourth: UInt64

    /// The digest whose 32 bytes start at `offset`.
    init(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
        unsafe first = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        unsafe second = bytes.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self)
        unsafe third = bytes.loadUnaligned(fromByteOffset: offset + 16, as: UInt64.self)
        unsafe fourth = bytes.loadUnaligned(fromByteOffset: offset + 24, as: UInt64.self)
    }

    /// The numbers of `digest`.
    init(_ digest: SHA256Digest) {
        unsafe self = digest.bytes.withUnsafeBytes { unsafe DigestWords($0, at: 0) }
    }
}
