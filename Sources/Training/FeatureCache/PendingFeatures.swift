internal import GraftFiles

/// Features that were appended and are not part of a segment yet, in the order they came.
struct PendingFeatures: Sendable {
    private(set) var records: [FeatureRecord] = []
    private(set) var byteCount = 0
    private var positions: [SHA256Digest: Int] = [:]
    private var start: ContinuousClock.Instant?

    var isEmpty: Bool { records.isEmpty }

    subscript(digest: SHA256Digest) -> FeatureRecord? { positions[digest].map { records[$0] } }

    /// Adds features, unless there are some for that digest.
    mutating func append(_ bytes: [UInt8], for digest: SHA256Digest) {
        guard positions[digest] == nil else { return }
        if start == nil { start = .now }
        positions[digest] = records.count
        records.append(.memory(digest, bytes))
        byteCount += bytes.count
    }

    /// Whether it is time to publish them.
    func isDue(_ rhythm: FeatureCache.Rhythm) -> Bool {
        guard let start else { return false }
        return byteCount >= rhythm.byteCount || records.count >= rhythm.recordCount
            || start.duration(to: .now) >= rhythm.interval
    }
}
