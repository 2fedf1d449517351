import GraftFiles
import GraftTensors
import GraftTraining
import Testing

import class Foundation.FileManager

@Suite struct FeatureCacheSharingTests {
    let fixture = FeatureCacheFixture()

    @Test func twoInstancesWriteAtOnceFromManyThreads() async {
        let fixture = fixture
        let collections = (0..<2).map { _ in fixture.cache(records: 37).open(fixture.description()) }
        await withTaskGroup(of: Void.self) { group in
            for worker in 0..<8 {
                group.addTask {
                    let collection = collections[worker % 2]
                    // Neighbouring workers overlap by half.
                    for picture in worker * 100..<worker * 100 + 200 {
                        #expect(collection.append(fixture.features(picture), for: fixture.digest(picture)))
                        #expect(
                            collection.features(for: fixture.digest(picture)) == fixture.features(picture))
                    }
                    collection.flush()
                }
            }
        }
        for collection in collections { #expect(collection.problems.isEmpty && collection.isCaching) }
        let again = fixture.cache().open(fixture.description())
        for picture in 0..<900 {
            #expect(again.features(for: fixture.digest(picture)) == fixture.features(picture))
        }
        #expect(again.problems.isEmpty)
        #expect(fixture.names().allSatisfy { !$0.hasSuffix(".partial") && !$0.hasSuffix(".writing") })
    }

    @Test func openingWhileOthersWriteAndClearNeverFails() async {
        let fixture = fixture
        await withTaskGroup(of: Void.self) { group in
            for worker in 0..<2 {
                group.addTask {
                    let collection = fixture.cache(records: 3).open(fixture.description())
                    for picture in worker * 200..<worker * 200 + 200 {
                        collection.append(fixture.features(picture), for: fixture.digest(picture))
                    }
                    collection.flush()
                    #expect(collection.isCaching && collection.problems.isEmpty, "\(collection.problems)")
                    for picture in worker * 200..<worker * 200 + 200 {
                        #expect(
                            collection.features(for: fixture.digest(picture)) == fixture.features(picture))
                    }
                }
            }
            group.addTask {
                for round in 0..<40 {
                    let collection = fixture.cache().open(fixture.description())
                    for picture in 0..<400 {
                        guard let features = collection.features(for: fixture.digest(picture)) else {
                            continue
                        }
                        #expect(features == fixture.features(picture))
                    }
                    #expect(collection.problems.isEmpty, "\(collection.problems)")
                    if round % 10 == 9 { _ = fixture.cache().clear() }
                    await Task.yield()
                }
            }
        }
    }

    @Test func openingLeavesASegmentAloneThatIsBeingWritten() {
        let fixture = fixture
        let attempts = Counter()
        let cache = fixture.cache { _ in
            _ = attempts.increment()
            let other = fixture.cache().open(fixture.description())
            return other.recordCount == 0 ? nil : FileError(path: fixture.root, doing: "written", errno: 5)
        }
        let collection = cache.open(fixture.description())
        collection.append(fixture.features(1), for: fixture.digest(1))
        collection.flush()
        #expect(attempts.increment() == 2, "the first attempt succeeded")
        #expect(collection.problems.isEmpty)
    }

    @Test func manySmallSegmentsBecomeOne() {
        let reader = fixture.fill(0..<2)
        for start in stride(from: 2, to: 40, by: 2) {
            let collection = fixture.cache().open(fixture.description())
            for picture in start..<start + 2 {
                collection.append(fixture.features(picture), for: fixture.digest(picture))
            }
            collection.flush()
        }
        #expect(fixture.segments().count < 17)
        let again = fixture.cache().open(fixture.description())
        #expect(again.recordCount == 40)
        for picture in 0..<40 {
            #expect(again.features(for: fixture.digest(picture)) == fixture.features(picture))
        }
        // The file it has mapped is gone.
        for picture in 0..<2 {
            #expect(reader.features(for: fixture.digest(picture)) == fixture.features(picture))
        }
        #expect(again.problems.isEmpty)
    }

    @Test func mergeWaitsForNobody() throws {
        let writer = fixture.cache(records: 1).open(fixture.description())
        for picture in 0..<20 { writer.append(fixture.features(picture), for: fixture.digest(picture)) }
        let merging = try FileLock(fixture.folder() + "/collection.json")
        let meanwhile = fixture.cache().open(fixture.description())
        #expect(meanwhile.recordCount == 20)
        #expect(fixture.segments().count == 20)
        withExtendedLifetime(merging) {}
    }

    @Test func mergeLeavesDamagedRecordsOut() throws {
        let writer = fixture.cache(records: 1).open(fixture.description())
        for picture in 0..<20 { writer.append(fixture.features(picture), for: fixture.digest(picture)) }
        let path = try #require(fixture.segments().first)
        var damaged = fixture.bytes(path)
        damaged[192] ^= 1
        fixture.write(damaged, to: path)
        let again = fixture.cache().open(fixture.description())
        #expect(again.recordCount == 19)
        #expect(fixture.segments().count == 1)
        #expect(again.problems.count == 1 && again.problems[0].subject == path)
    }
}
