package import GraftFiles
package import GraftTensors
internal import Synchronization

/// The cached features of one kind: look-ups and appends, from several threads at once.
///
/// Appended features are found at once; they reach the disk in whole segments every few seconds and on
/// ``flush()``. What goes wrong on the way never stops a run: it is told in ``problems``, and the features
/// are computed again.
package final class FeatureCollection: Sendable {
    /// What the features are.
    package let description: FeatureDescription
    let folder: FeatureFolder
    let cache: FeatureCache
    let state: Mutex<State>
    /// Held by the thread that publishes; others that want to wait, which keeps memory bounded.
    let publishing = Mutex<Void>(())

    struct State {
        var segments: [FeatureSegment] = []
        /// The names of the segments that were found on opening, to mend the damaged ones.
        var named: [String: FeatureSegment] = [:]
        var index = FeatureIndex()
        /// Appended, and waiting for their segment to be due.
        var pending = PendingFeatures()
        /// On their way to the disk, or not accepted by it.
        var leaving = PendingFeatures()
        var problems: [Problem] = []
        var hasStopped = false

        mutating func add(_ segment: FeatureSegment) {
            index.insert(segment, number: segments.count)
            segments.append(segment)
        }

        /// The features for a digest, passing over `skipped` mapped ones.
        func record(for digest: SHA256Digest, skipping skipped: Int) -> FeatureRecord? {
            if let record = pending[digest] ?? leaving[digest] { return record }
            let words = DigestWords(digest)
            var rest = skipped
            let location = index.first(words.first) { location in
                guard segments[Int(location.segment)].digest(of: Int(location.record)) == words else {
                    return false
                }
                rest -= 1
                return rest < 0
            }
            return location.map { .mapped(segments[Int($0.segment)], Int($0.record)) }
        }
    }

    init(_ description: FeatureDescription, in folder: FeatureFolder, of cache: FeatureCache) {
        self.description = description
        self.folder = folder
        self.cache = cache
        var state = State()
        do {
            try folder.prepare(for: description)
            folder.folder.touch(FeatureFolder.usedName)
            _ = cache.makeRoom(for: 0, keeping: folder)
        } catch {
            state.problems.append(Self.stopping(error.problem))
            state.hasStopped = true
        }
        let loaded = folder.load(description)
        state.problems += loaded.problems
        state.named = loaded.segments
        for (_, segment) in loaded.segments.sorted(by: { $0.key < $1.key }) { state.add(segment) }
        self.state = Mutex(state)
    }

    /// The number of records on disk and in memory; one picture counts twice where two processes computed it.
    package var recordCount: Int {
        state.withLock { state in
            state.segments.reduce(0) { $0 + $1.recordCount - $1.damagedCount }
                + state.pending.records.count + state.leaving.records.count
        }
    }

    /// Whether what is appended still goes to the disk.
    package var isCaching: Bool { state.withLock { !$0.hasStopped } }

    /// What went wrong so far, for the report: files that were ignored or removed, damaged records, a full
    /// disk.
    package var problems: [Problem] {
        state.withLock { state in
            state.problems + state.segments.compactMap(\.damage)
        }
    }

    /// Whether there are sound features for the picture with this digest.
    package func contains(_ digest: SHA256Digest) -> Bool { record(for: digest) != nil }

    /// Hands out a picture's features for the time of the call, without copying them; `nil` where there are
    /// none.
    ///
    /// The bytes start on a multiple of 16 in memory, of 64 when they come from disk.
    package func withFeatures<Result, Failure: Error>(
        for digest: SHA256Digest, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result? {
        guard let record = record(for: digest) else { return nil }
        return try unsafe record.withBytes(body)
    }

    /// A picture's features as a tensor, which is part of the mapped file where it can be; `nil` where there
    /// are none.
    package func features(for digest: SHA256Digest) -> Tensor? {
        switch record(for: digest) {
        case nil: nil
        case .memory(_, let bytes):
            unsafe bytes.withUnsafeBytes {
                unsafe Tensor(bytes: $0, shape: description.shape, elementType: description.elementType)
            }
        case .mapped(let segment, let record):
            Tensor(
                segment.file, offset: segment.layout.offset(of: record), shape: description.shape,
                elementType: description.elementType)
        }
    }

    /// The first sound record for a digest.
    func record(for digest: SHA256Digest) -> FeatureRecord? {
        var skipped = 0
        while let record = state.withLock({ $0.record(for: digest, skipping: skipped) }) {
            // Checked outside of the lock: a record may be megabytes.
            if record.isSound { return record }
            skipped += 1
        }
        return nil
    }

    static func stopping(_ problem: Problem) -> Problem {
        Problem(
            problem.subject, found: "\(problem.found), so features are not cached for the rest of this run",
            expected: problem.expected, remedy: problem.remedy)
    }
}
