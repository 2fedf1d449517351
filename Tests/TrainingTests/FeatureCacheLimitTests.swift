import GraftFiles
import GraftTensors
import GraftTraining
import Testing

import class Foundation.FileManager
import class Foundation.ProcessInfo

@Suite struct FeatureCacheLimitTests {
    let fixture = FeatureCacheFixture()

    @Test func leastRecentlyUsedCollectionsGoFirst() throws {
        for title in ["first", "second", "third"] { fixture.fill(0..<50, title: title) }
        try fixture.setLastUsed("second", secondsAgo: 300)
        try fixture.setLastUsed("first", secondsAgo: 200)
        try fixture.setLastUsed("third", secondsAgo: 100)
        let one = try #require(fixture.cache().list().first?.byteCount)

        let collection = fixture.cache(limit: one * 5 / 2).open(fixture.description("fourth"))
        #expect(Set(fixture.cache().list().map(\.description?.title)) == ["first", "third", "fourth"])
        for picture in 0..<50 { collection.append(fixture.features(picture), for: fixture.digest(picture)) }
        collection.flush()
        #expect(fixture.cache().list().map(\.description?.title) == ["fourth", "third"])
        #expect(collection.problems.isEmpty)
        #expect(fixture.cache().list().reduce(0) { $0 + $1.byteCount } <= one * 5 / 2)
    }

    @Test func openingCountsAsUse() throws {
        for title in ["first", "second"] {
            fixture.fill(0..<3, title: title)
            try fixture.setLastUsed(title, secondsAgo: title == "first" ? 200 : 100)
        }
        #expect(fixture.cache().list().map(\.description?.title) == ["second", "first"])
        _ = fixture.cache().open(fixture.description("first"))
        #expect(fixture.cache().list().map(\.description?.title) == ["first", "second"])
    }

    @Test func collectionLargerThanTheLimitStopsCachingAndSaysSo() {
        fixture.fill(0..<3, title: "other")
        let collection = fixture.cache(limit: 3000, records: 10).open(fixture.description())
        var kept = 0
        for picture in 0..<100
        where collection.append(fixture.features(picture), for: fixture.digest(picture)) {
            kept += 1
        }
        collection.flush()
        #expect(!collection.isCaching)
        #expect(collection.problems.count == 1)
        let sentence = collection.problems.first?.description ?? ""
        #expect(sentence.hasPrefix("\(fixture.folder()) needs "))
        #expect(
            sentence.hasSuffix(
                " bytes, more than the feature cache's limit of 3000, so features are not cached for the rest of "
                    + "this run. Raise the limit, or clear the cache."))
        let bytes = fixture.cache().list().first { $0.description == fixture.description() }?.byteCount ?? 0
        #expect(bytes > 1000 && bytes <= 3000)
        #expect(kept > 10 && kept < 100)
        for picture in 0..<100 { #expect(collection.contains(fixture.digest(picture)) == (picture < kept)) }
    }

    @Test func fullDiskStopsCachingAndTheRunGoesOn() {
        let attempts = Counter()
        let cache = fixture.cache(records: 10) { path in
            attempts.increment() > 1 ? FileError(path: path, doing: "written", errno: 28) : nil
        }
        let collection = cache.open(fixture.description())
        var kept = 0
        for picture in 0..<100
        where collection.append(fixture.features(picture), for: fixture.digest(picture)) {
            kept += 1
        }
        collection.flush()
        #expect(!collection.isCaching)
        #expect(attempts.increment() == 3, "it gives up at once")
        #expect(collection.problems.count == 1)
        #expect(
            collection.problems.first?.description.hasSuffix(
                ".segment cannot be written: no space left on the device, so features are not cached for the rest "
                    + "of this run. Free some space, or choose another place.") == true)
        #expect(kept == 20)
        for picture in 0..<20 {
            #expect(collection.features(for: fixture.digest(picture)) == fixture.features(picture))
        }
        #expect(!collection.contains(fixture.digest(20)))
        #expect(fixture.names().count == 3, "nothing half-written: \(fixture.names())")
        #expect(fixture.cache().open(fixture.description()).recordCount == 10)
    }

    @Test func rootThatIsAFileCachesNothing() {
        _ = FileManager.default.createFile(atPath: fixture.root, contents: nil)
        let collection = fixture.cache().open(fixture.description())
        #expect(!collection.isCaching)
        #expect(!collection.append(fixture.features(0), for: fixture.digest(0)))
        collection.flush()
        #expect(
            collection.problems.map(\.description) == [
                "\(fixture.folder()) does not exist, so features are not cached for the rest of this run. Check the path."
            ])
        #expect(fixture.cache().list().isEmpty && fixture.cache().clear() == 0)
    }

    @Test func folderThatCannotBeWrittenIsStillRead() throws {
        fixture.fill(0..<3)
        // As an administrator may write everywhere, a folder is put where the description's file should be.
        let path = fixture.folder() + "/collection.json"
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.createDirectory(
            atPath: path + "/in the way", withIntermediateDirectories: true)
        let collection = fixture.cache().open(fixture.description())
        #expect(!collection.isCaching)
        #expect(collection.problems.count == 1 && collection.problems[0].subject == path)
        #expect(collection.features(for: fixture.digest(2)) == fixture.features(2))
        #expect(!collection.append(fixture.features(3), for: fixture.digest(3)))
    }

    @Test(
        .enabled(
            if: ProcessInfo.processInfo.environment["GRAFT_SMALL_DISK"] != nil,
            "GRAFT_SMALL_DISK names no file system of 1 to 16 MB"))
    func reallyFullDiskStopsCachingAndTheRunGoesOn() throws {
        let root = try #require(ProcessInfo.processInfo.environment["GRAFT_SMALL_DISK"]) + "/cache"
        var rhythm = FeatureCache.Rhythm()
        rhythm.byteCount = 400_000
        let cache = FeatureCache(root: root, rhythm: rhythm)
        let description = FeatureDescription(
            title: "wide", parts: ["trunk": "wide"], shape: [25_000], elementType: .float32)
        let collection = cache.open(description)
        for picture in 0..<200 {
            collection.append(Tensor(zeros: [25_000]), for: fixture.digest(picture))
        }
        #expect(!collection.isCaching)
        #expect(collection.problems.count == 1)
        #expect(
            collection.problems.first?.found.hasPrefix("cannot be written: no space left on the device")
                == true)
        #expect(cache.open(description).problems.isEmpty)
        let names = try FileManager.default.contentsOfDirectory(
            atPath: root + "/features/" + description.key.hexadecimal.prefix(32))
        #expect(names.allSatisfy { $0.hasSuffix(".segment") || $0 == "collection.json" || $0 == "used" })
        _ = cache.clear()
    }
}
