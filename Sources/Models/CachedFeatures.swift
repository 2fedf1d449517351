package import GraftFiles
internal import GraftNetworks
internal import GraftTensors
internal import GraftTraining

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// The features that Graft has computed and kept on this machine.
package enum CachedFeatures {
    /// The features of one trunk under one preprocessing.
    package struct Entry: Sendable, Hashable, Codable {
        /// The hexadecimal digits that name it.
        package var key: String
        /// What it holds, as in "efficientnet_lite0 224 px bf16".
        package var title: String
        /// The number of pictures whose features are kept.
        package var pictures: Int
        /// The size on disk.
        package var bytes: Int
        /// When it was used last.
        package var lastUsed: Date
    }

    /// The folder in which they are kept.
    package static func folder(home: GraftHome = .current) -> String { "\(home.path)/features" }

    /// The greatest size on disk in bytes: `$GRAFT_CACHE_LIMIT`, else 10 GB.
    ///
    /// - Throws: `SettingError` where the variable is no size.
    package static func limit() throws -> Int {
        try GraftEnvironment.current.cacheLimit ?? FeatureCache.defaultLimit
    }

    /// All entries, the one used last first.
    package static func list(home: GraftHome = .current) throws -> [Entry] {
        try cache(home: home).list().map { entry in
            Entry(
                key: entry.key, title: entry.description?.title ?? "unreadable", pictures: entry.recordCount,
                bytes: entry.byteCount, lastUsed: entry.lastUsed)
        }
    }

    /// Deletes the entries whose key starts with these digits; the number of bytes that were freed.
    package static func clear(keyPrefix: String = "", home: GraftHome = .current) throws -> Int {
        try cache(home: home).clear(keyPrefix: keyPrefix)
    }

    static func cache(home: GraftHome) throws -> FeatureCache {
        try FeatureCache(root: home.path, limit: limit())
    }
}

extension CachedFeatures {
    /// Where the outputs of a part of a network are kept. What training changed is never looked up under the
    /// published weights.
    ///
    /// - Parameters:
    ///   - changed: the nodes whose parameters are not the published ones.
    ///   - publishedDigest: that of the published weights.
    static func collection(
        of network: PictureNetwork, _ parameters: ParameterStore, changed: Set<String>, architecture: String,
        publishedDigest: SHA256Digest, variation: Variation? = nil, home: GraftHome = .current
    ) throws -> FeatureCollection {
        let isPublished = network.network.nodes.allSatisfy { !changed.contains($0.name) }
        let digest = try isPublished ? publishedDigest : parameters.subset(for: network.network).digest
        return try cache(home: home).open(
            FeatureDescription(
                ofTrunk: network, weights: digest, architecture: architecture, variation: variation))
    }
}
