internal import GraftFiles

extension FeatureFolder {
    /// The number of small segments from which on opening merges them.
    static let mergeThreshold = 16
    /// A segment below this size in bytes is small: one that was published for its size is not.
    static let smallByteCount = FeatureCache.Rhythm().byteCount / 2
    /// A merged segment does not grow beyond this size in bytes by much.
    static let mergedByteLimit = 256 << 20

    /// The collection's segments as they are on disk, and what is wrong with files that should be.
    struct Loaded {
        var segments: [String: FeatureSegment] = [:]
        var problems: [Problem] = []
    }

    /// Maps all segments; where many are small, they become one.
    func load(_ description: FeatureDescription) -> Loaded {
        removeLeftovers()
        var loaded = Loaded()
        open(&loaded, description)
        let small = loaded.segments.filter { $0.value.layout.byteCount < Self.smallByteCount }
        guard small.count > Self.mergeThreshold else { return loaded }
        let gone = merge(small, description)
        for name in gone {
            let segment = loaded.segments.removeValue(forKey: name)
            if let damage = segment?.damage { loaded.problems.append(damage) }
        }
        if !gone.isEmpty { open(&loaded, description) }
        return loaded
    }

    /// Maps the segments that are not mapped yet.
    private func open(_ loaded: inout Loaded, _ description: FeatureDescription) {
        var refused: Set<String> = []
        // A segment that vanishes between listing and mapping was merged into another one: list again.
        for _ in 0..<5 {
            var isComplete = true
            for name in folder.names where name.hasSuffix(Self.segmentSuffix) {
                guard loaded.segments[name] == nil, refused.insert(name).inserted else { continue }
                let path = folder.path(of: name)
                guard Self.isSegment(name) else {
                    loaded.problems.append(Self.leftAlone(path, "is no feature segment"))
                    continue
                }
                switch FeatureSegment.open(path, of: description) {
                case .opened(let segment): loaded.segments[name] = segment
                case .missing: isComplete = false
                case .unreadable(let error): loaded.problems.append(error.problem)
                case .foreign(let reason): loaded.problems.append(Self.leftAlone(path, reason))
                case .damaged(let reason):
                    let outcome = folder.remove(name) ? "was removed" : "is ignored"
                    loaded.problems.append(
                        Problem(path, found: "\(reason); it \(outcome), and its features are computed again"))
                }
            }
            if isComplete { return }
        }
    }

    private static func leftAlone(_ path: String, _ reason: String) -> Problem {
        Problem(path, found: "\(reason); it is ignored", remedy: "Remove it if nothing else needs it")
    }

    /// Writes the sound records of several segments into one and removes those segments; the names of the
    /// removed.
    ///
    /// Nothing happens where another process merges already, or where the new segment cannot be written: the
    /// old ones are as good, only slower to open.
    func merge(_ segments: [String: FeatureSegment], _ description: FeatureDescription) -> [String] {
        guard let lock = FileLock(ifFree: folder.path(of: Self.descriptionName)) else { return [] }
        defer { withExtendedLifetime(lock) {} }
        // Another process may have merged them before this one got the lock.
        let present = Set(folder.names)
        var names: [String] = []
        var records: [FeatureRecord] = []
        var seen: Set<DigestWords> = []
        var byteCount = 0
        for (name, segment) in segments.sorted(by: { $0.key < $1.key }) where present.contains(name) {
            guard byteCount < Self.mergedByteLimit else { break }
            for record in 0..<segment.recordCount where segment.isSound(record) {
                guard seen.insert(segment.digest(of: record)).inserted else { continue }
                records.append(.mapped(segment, record))
            }
            byteCount += segment.layout.byteCount
            names.append(name)
        }
        do {
            if !records.isEmpty { _ = try publish(records, description, beforeCommit: nil) }
        } catch { return [] }
        return names.filter { folder.remove($0) }
    }

    /// Writes `records` as a new segment and maps it.
    ///
    /// - Throws: ``FileError`` where it cannot be written; nothing stays behind then.
    func publish(
        _ records: [FeatureRecord], _ description: FeatureDescription,
        beforeCommit: (@Sendable (String) -> FileError?)?
    ) throws(FileError) -> FeatureSegment {
        let layout = FeatureSegmentLayout(
            recordCount: records.count, recordByteCount: description.recordByteCount)
        guard let layout else {
            throw FileError(.other, Problem(folder.path, found: "cannot hold records of such a size"))
        }
        // Another process may clear the cache between any two of these steps.
        var attempts = 5
        while true {
            do throws(FileError) {
                try prepare(for: description)
                let stem = Self.randomStem()
                let name = stem + Self.segmentSuffix
                let lock = try FileLock(folder.path(of: stem + Self.writingSuffix))
                defer { withExtendedLifetime(lock) { _ = folder.remove(stem + Self.writingSuffix) } }
                try FeatureSegmentWriter.write(
                    records, layout: layout, key: description.key, to: folder.path(of: name),
                    beforeCommit: beforeCommit)
                let opening = FeatureSegment.open(folder.path(of: name), of: description)
                folder.touch(Self.usedName)
                if case .opened(let segment) = opening { return segment }
                throw FileError(
                    .missing, Problem(folder.path(of: name), found: "vanished after it was written"))
            } catch {
                attempts -= 1
                guard error.code == .missing, attempts > 0 else { throw error }
            }
        }
    }
}
