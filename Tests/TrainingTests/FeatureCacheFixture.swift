import GraftFiles
import GraftTensors
import GraftTraining
import Synchronization

import struct Foundation.Data
import struct Foundation.Date
import class Foundation.FileManager

/// A cache in a folder of its own that goes when the test ends, and features that tell which picture they are
/// of.
final class FeatureCacheFixture: Sendable {
    let root =
        FileManager.default.temporaryDirectory.path + "/graft-features-\(UInt64.random(in: 0 ... .max))"

    deinit { try? FileManager.default.removeItem(atPath: root) }

    func cache(
        limit: Int = FeatureCache.defaultLimit, records: Int = 65_536,
        beforeCommit: (@Sendable (String) -> FileError?)? = nil
    ) -> FeatureCache {
        var rhythm = FeatureCache.Rhythm()
        rhythm.recordCount = records
        rhythm.interval = .seconds(3600)
        rhythm.beforeCommit = beforeCommit
        return FeatureCache(root: root, limit: limit, rhythm: rhythm)
    }

    /// A collection of five floats a picture.
    func description(_ title: String = "tiny 8 px f32") -> FeatureDescription {
        FeatureDescription(
            title: title, parts: ["trunk": title, "weights": "none"], shape: [5], elementType: .float32)
    }

    func digest(_ picture: Int) -> SHA256Digest { SHA256Digest(of: "picture \(picture)") }

    func features(_ picture: Int) -> Tensor {
        Tensor((0..<5).map { Float(picture * 5 + $0) }, shape: [5])
    }

    /// Opens a collection, appends these pictures' features and writes them as one segment.
    @discardableResult
    func fill(_ pictures: Range<Int>, title: String = "tiny 8 px f32") -> FeatureCollection {
        let collection = cache().open(description(title))
        for picture in pictures { collection.append(features(picture), for: digest(picture)) }
        collection.flush()
        return collection
    }

    func folder(_ title: String = "tiny 8 px f32") -> String {
        root + "/features/" + description(title).key.hexadecimal.prefix(32)
    }

    func names(_ title: String = "tiny 8 px f32") -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder(title))) ?? []).sorted()
    }

    func segments(_ title: String = "tiny 8 px f32") -> [String] {
        names(title).filter { $0.hasSuffix(".segment") }.map { folder(title) + "/" + $0 }
    }

    func bytes(_ path: String) -> [UInt8] { FileManager.default.contents(atPath: path).map(Array.init) ?? [] }

    func write(_ bytes: [UInt8], to path: String) {
        _ = FileManager.default.createFile(atPath: path, contents: Data(bytes))
    }

    func setLastUsed(_ title: String, secondsAgo: Double) throws {
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -secondsAgo)],
            ofItemAtPath: folder(title) + "/used")
    }
}

/// Counts across threads.
final class Counter: Sendable {
    private let value = Mutex(0)
    func increment() -> Int {
        value.withLock { value in
            value += 1
            return value
        }
    }
}
