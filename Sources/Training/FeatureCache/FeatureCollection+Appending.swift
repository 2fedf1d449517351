package import GraftFiles
package import GraftTensors
internal import Synchronization

extension FeatureCollection {
    /// Keeps a picture's features, in memory first; whether they are kept.
    ///
    /// What was kept is found by look-ups as long as this object lives, whatever happens to the disk. Nothing
    /// is kept after caching has stopped (``isCaching``). The call that makes a segment due writes it, and
    /// others that append meanwhile wait only when the next one is due.
    ///
    /// - Precondition: there are as many bytes as one record has.
    @discardableResult
    package func append(_ features: UnsafeRawBufferPointer, for digest: SHA256Digest) -> Bool {
        precondition(features.count == description.recordByteCount, "one record needs another size")
        if contains(digest) { return true }
        let bytes = unsafe [UInt8](features)
        let (isKept, isDue) = state.withLock { state in
            guard !state.hasStopped else { return (false, false) }
            state.pending.append(bytes, for: digest)
            return (true, state.pending.isDue(cache.rhythm))
        }
        if isDue { publish(onlyIfDue: true) }
        return isKept
    }

    /// Keeps a picture's features; whether they are kept.
    ///
    /// - Precondition: the tensor has the shape and element type of the description.
    @discardableResult
    package func append(_ features: Tensor, for digest: SHA256Digest) -> Bool {
        precondition(
            features.shape == description.shape && features.elementType == description.elementType,
            "features \(features.shape) \(features.elementType) do not fit the collection")
        return unsafe features.withUnsafeBytes { unsafe append($0, for: digest) }
    }

    /// Keeps a picture's features, given as `Float`s; whether they are kept.
    ///
    /// - Precondition: there are as many as the description says, and it says `float32`.
    @discardableResult
    package func append(_ features: [Float], for digest: SHA256Digest) -> Bool {
        precondition(description.elementType == .float32, "the collection is of \(description.elementType)")
        return unsafe features.withUnsafeBytes { unsafe append($0, for: digest) }
    }

    /// Writes what was appended so far to the disk, and rewrites segments in which damaged records were
    /// found.
    ///
    /// To be called at the end of a run: what was not written then is computed again by the next one.
    package func flush() {
        publish(onlyIfDue: false)
        let damaged = state.withLock { state in
            state.hasStopped ? [:] : state.named.filter { $0.value.damagedCount > 0 }
        }
        // The mapped bytes stay what they are until this object goes.
        if !damaged.isEmpty { _ = folder.merge(damaged, description) }
    }

    private func publish(onlyIfDue: Bool) {
        publishing.withLock { _ in
            let records: [FeatureRecord] = state.withLock { state in
                guard !state.hasStopped, !state.pending.isEmpty,
                    !onlyIfDue || state.pending.isDue(cache.rhythm)
                else { return [] }
                state.leaving = state.pending
                state.pending = PendingFeatures()
                return state.leaving.records
            }
            guard !records.isEmpty else { return }
            do throws(FileError) {
                let segment = try store(records)
                state.withLock { state in
                    state.add(segment)
                    state.leaving = PendingFeatures()
                }
            } catch {
                state.withLock { state in
                    state.problems.append(Self.stopping(error.problem))
                    state.hasStopped = true
                }
            }
        }
    }

    /// Publishes records where the limit allows it.
    private func store(_ records: [FeatureRecord]) throws(FileError) -> FeatureSegment {
        let layout = FeatureSegmentLayout(
            recordCount: records.count, recordByteCount: description.recordByteCount)
        let needed = cache.makeRoom(for: layout?.byteCount ?? .max, keeping: folder)
        guard needed <= cache.limit else {
            throw FileError(
                .full,
                Problem(
                    folder.folder.path,
                    found: "needs \(needed) bytes, more than the feature cache's limit of \(cache.limit)",
                    remedy: "Raise the limit, or clear the cache"))
        }
        return try folder.publish(records, description, beforeCommit: cache.rhythm.beforeCommit)
    }
}
