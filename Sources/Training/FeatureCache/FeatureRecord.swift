internal import GraftFiles

/// One picture's features, wherever they are.
enum FeatureRecord: Sendable {
    /// Appended, and not yet part of a segment.
    case memory(SHA256Digest, [UInt8])
    /// A record of a mapped segment.
    case mapped(FeatureSegment, Int)

    var digestBytes: [UInt8] {
        switch self {
        case .memory(let digest, _): digest.bytes
        case .mapped(let segment, let record): segment.digestBytes(of: record)
        }
    }

    var checksum: UInt64 {
        switch self {
        case .memory(_, let bytes): FastChecksum.checksum(bytes)
        case .mapped(let segment, let record): segment.checksum(of: record)
        }
    }

    /// Whether the features are what was once appended.
    var isSound: Bool {
        switch self {
        case .memory: true
        case .mapped(let segment, let record): segment.isSound(record)
        }
    }

    /// Hands out the features for the time of the call.
    func withBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        switch self {
        case .memory(_, let bytes):
            try unsafe bytes.withUnsafeBufferPointer { (buffer) throws(Failure) in
                try unsafe body(UnsafeRawBufferPointer(buffer))
            }
        case .mapped(let segment, let record): try unsafe segment.withRecord(record, body)
        }
    }
}
