package import GraftFiles

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// Features of frozen trunks, kept on disk between runs, so that nothing frozen is computed twice.
///
/// Under the root, `features/` has one folder a collection. Several processes may use it at once: no file is
/// changed once it is in place, so there is nothing to wait for, and a process that is killed leaves nothing
/// half-written that anyone would read.
package struct FeatureCache: Sendable {
    /// The limit where the user sets none: 10 GB.
    package static let defaultLimit = 10_000_000_000

    /// The folder all of Graft's caches are in.
    package let root: String
    /// The size in bytes that all collections together may have on disk.
    package let limit: Int
    let rhythm: Rhythm

    /// When appended features become a segment on disk, whichever comes first.
    package struct Rhythm: Sendable {
        /// At so many bytes of features.
        package var byteCount = 8 << 20
        /// At so many records.
        package var recordCount = 65_536
        /// So long after the first.
        package var interval = Duration.seconds(10)
        /// Called with a segment's path when it is written aside and not in place yet; an error it returns is
        /// taken for the disk's. For tests.
        package var beforeCommit: (@Sendable (String) -> FileError?)?

        /// The usual rhythm: 8 MiB, 65,536 records or 10 seconds.
        package init() {}
    }

    /// The cache under `root`, which need not exist yet.
    package init(root: String, limit: Int = FeatureCache.defaultLimit, rhythm: Rhythm = Rhythm()) {
        self.root = root
        self.limit = limit
        self.rhythm = rhythm
    }

    /// A collection as ``list()`` shows it.
    package struct Entry: Sendable, Hashable {
        /// The digits it is cleared by: 64, or 32 where its description cannot be read.
        package var key: String
        /// Its description; `nil` where that cannot be read.
        package var description: FeatureDescription?
        /// The number of records on disk.
        package var recordCount: Int
        /// The size of its files in bytes.
        package var byteCount: Int
        /// When a run last opened it or added to it.
        package var lastUsed: Date
    }

    /// All collections, the most recently used first.
    package func list() -> [Entry] {
        let entries = folders.map { name, folder in
            let description = folder.description
            var recordCount = 0
            for name in folder.folder.names where FeatureFolder.isSegment(name) {
                guard let description else { continue }
                let path = folder.folder.path(of: name)
                guard case .opened(let segment) = FeatureSegment.open(path, of: description) else { continue }
                recordCount += segment.recordCount
            }
            return Entry(
                key: description?.key.hexadecimal ?? name, description: description, recordCount: recordCount,
                byteCount: folder.byteCount, lastUsed: folder.lastUsed)
        }
        return entries.sorted { ($0.lastUsed, $0.key) > ($1.lastUsed, $1.key) }
    }

    /// Removes the collections whose key starts with `prefix`, all without one; the bytes that were freed.
    ///
    /// A run that uses one of them goes on with what it has mapped, and makes the folder again when it adds
    /// to it. Files that are not the cache's stay.
    package func clear(keyPrefix prefix: String = "") -> Int {
        var freed = 0
        for (name, folder) in folders {
            let key = folder.description?.key.hexadecimal ?? name
            if key.hasPrefix(prefix.lowercased()) { freed += folder.clear() }
        }
        return freed
    }

    /// Opens the collection with this description; a new one is empty.
    ///
    /// It always opens: where the folder cannot be used, it caches nothing and says so in its problems.
    package func open(_ description: FeatureDescription) -> FeatureCollection {
        let name = description.key.hexadecimal.prefix(Self.nameCount)
        return FeatureCollection(description, in: FeatureFolder("\(root)/features/\(name)"), of: self)
    }

    /// Removes the least recently used collections until `byteCount` more bytes fit, but never `kept` itself;
    /// the bytes that all then need together.
    func makeRoom(for byteCount: Int, keeping kept: FeatureFolder) -> Int {
        var others: [(folder: FeatureFolder, byteCount: Int, lastUsed: Date)] = []
        // What does not fit even alone is no reason to remove anything.
        guard var needed = kept.byteCount.adding(checked: byteCount) else { return .max }
        guard needed <= limit else { return needed }
        for (_, folder) in folders where folder.folder.path != kept.folder.path {
            others.append((folder, folder.byteCount, folder.lastUsed))
        }
        needed += others.reduce(0) { $0 + $1.byteCount }
        for other in others.sorted(by: { $0.lastUsed < $1.lastUsed }) where needed > limit {
            needed -= other.folder.clear()
        }
        return needed
    }

    /// The number of the key's digits that name a collection's folder.
    private static let nameCount = 32

    private var folders: [(name: String, folder: FeatureFolder)] {
        let features = CacheFolder(path: "\(root)/features")
        let names = features.names.filter { name in
            name.utf8.count == Self.nameCount
                && name.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
        }
        return names.map { ($0, FeatureFolder(features.path(of: $0))) }
    }
}
