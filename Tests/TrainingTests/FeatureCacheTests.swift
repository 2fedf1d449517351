import GraftFiles
import GraftTensors
import GraftTraining
import Testing

import class Foundation.FileManager

@Suite struct FeatureCacheTests {
    let fixture = FeatureCacheFixture()

    @Test func appendedFeaturesAreFoundBeforeAndAfterTheyAreWritten() {
        let collection = fixture.cache().open(fixture.description())
        #expect(collection.features(for: fixture.digest(1)) == nil)
        #expect(collection.append(fixture.features(1), for: fixture.digest(1)))
        #expect(collection.features(for: fixture.digest(1)) == fixture.features(1))
        #expect(fixture.segments().isEmpty)
        collection.flush()
        #expect(fixture.segments().count == 1)
        #expect(collection.features(for: fixture.digest(1)) == fixture.features(1))
        #expect(collection.features(for: fixture.digest(2)) == nil)
        #expect(collection.problems.isEmpty)
    }

    @Test func featuresOutliveTheProcessThatComputedThem() {
        fixture.fill(0..<100)
        let again = fixture.cache().open(fixture.description())
        #expect(again.recordCount == 100)
        for picture in 0..<100 {
            #expect(again.features(for: fixture.digest(picture)) == fixture.features(picture))
        }
        #expect(!again.contains(fixture.digest(100)))
        #expect(again.problems.isEmpty)
        #expect(fixture.names().count == 3, "description, mark of use and segment: \(fixture.names())")
    }

    @Test func mappedFeaturesAreAlignedAndWhatWasKept() {
        fixture.fill(0..<3)
        let again = fixture.cache().open(fixture.description())
        for picture in 0..<3 {
            let remainder = unsafe again.withFeatures(for: fixture.digest(picture)) { bytes in
                UInt(bitPattern: bytes.baseAddress) % 64
            }
            #expect(remainder == 0)
            #expect(again.features(for: fixture.digest(picture)) == fixture.features(picture))
        }
    }

    @Test func whatIsCachedAlreadyIsNotWrittenAgain() {
        fixture.fill(0..<10)
        let again = fixture.cache().open(fixture.description())
        for picture in 0..<10 {
            #expect(again.append(fixture.features(picture), for: fixture.digest(picture)))
        }
        again.flush()
        #expect(again.recordCount == 10)
        #expect(fixture.segments().count == 1)
    }

    @Test func segmentIsWrittenAfterSoManyRecords() {
        let collection = fixture.cache(records: 4).open(fixture.description())
        for picture in 0..<11 { collection.append(fixture.features(picture), for: fixture.digest(picture)) }
        #expect(fixture.segments().count == 2)
        #expect(fixture.cache().open(fixture.description()).recordCount == 8)
        #expect(collection.recordCount == 11)
    }

    @Test func anotherDescriptionNeverSharesFeatures() {
        fixture.fill(0..<3)
        func open(_ parts: KeyValuePairs<String, String>, _ shape: Shape, _ type: ElementType)
            -> FeatureCollection
        {
            fixture.cache().open(
                FeatureDescription(title: "tiny 8 px f32", parts: parts, shape: shape, elementType: type))
        }
        let trunk = fixture.description().title
        #expect(open(["trunk": trunk, "weights": "none"], [5], .float32).contains(fixture.digest(0)))
        #expect(!open(["trunk": trunk, "weights": "other"], [5], .float32).contains(fixture.digest(0)))
        #expect(!open(["trunk": trunk, "weights": "none"], [1, 5], .float32).contains(fixture.digest(0)))
        #expect(!open(["trunk": trunk, "weights": "none"], [10], .bfloat16).contains(fixture.digest(0)))
        #expect(!open(["trunk": "\(trunk)\nweights: none"], [5], .float32).contains(fixture.digest(0)))
    }

    @Test func listTellsWhatIsThere() throws {
        fixture.fill(0..<3, title: "first")
        fixture.fill(0..<7, title: "second")
        try fixture.setLastUsed("first", secondsAgo: 100)
        let entries = fixture.cache().list()
        #expect(entries.map(\.description?.title) == ["second", "first"])
        #expect(entries.map(\.recordCount) == [7, 3])
        #expect(entries.map(\.key) == ["second", "first"].map { fixture.description($0).key.hexadecimal })
        #expect(entries[0].description == fixture.description("second"))
        #expect(entries[0].byteCount > 7 * 64 && entries[0].byteCount < 2000)
        #expect(FeatureCache(root: fixture.root + "/nothing").list().isEmpty)
    }

    @Test func clearRemovesOneCollectionOrAll() {
        for title in ["first", "second", "third"] { fixture.fill(0..<3, title: title) }
        let before = fixture.cache().list()
        let freed = fixture.cache().clear(
            keyPrefix: String(fixture.description("second").key.hexadecimal.prefix(40)))
        #expect(freed == before.first { $0.description?.title == "second" }?.byteCount)
        #expect(Set(fixture.cache().list().map(\.description?.title)) == ["first", "third"])
        #expect(!FileManager.default.fileExists(atPath: fixture.folder("second")))
        #expect(fixture.cache().clear() > 0)
        #expect(fixture.cache().list().isEmpty)
        #expect(fixture.cache().clear() == 0)
    }

    @Test func clearLeavesFilesThatAreNotTheCaches() {
        fixture.fill(0..<3)
        fixture.write([1], to: fixture.folder() + "/notes.txt")
        #expect(fixture.cache().clear() > 0)
        #expect(fixture.names() == ["notes.txt"])
    }

    @Test func clearWhileOpenStopsNeitherReadingNorWriting() {
        let collection = fixture.fill(0..<3)
        collection.append(fixture.features(3), for: fixture.digest(3))
        #expect(fixture.cache().clear() > 0)
        #expect(!FileManager.default.fileExists(atPath: fixture.folder()))
        for picture in 0..<4 {
            #expect(collection.features(for: fixture.digest(picture)) == fixture.features(picture))
        }
        collection.flush()
        #expect(collection.isCaching && collection.problems.isEmpty)
        let again = fixture.cache().open(fixture.description())
        #expect(again.contains(fixture.digest(3)) && !again.contains(fixture.digest(0)))
    }

    @Test func clearInTheMiddleOfWritingIsSurvived() {
        let fixture = fixture
        let attempts = Counter()
        let cache = fixture.cache { _ in
            if attempts.increment() <= 2 { _ = fixture.cache().clear() }
            return nil
        }
        let collection = cache.open(fixture.description())
        collection.append(fixture.features(1), for: fixture.digest(1))
        collection.flush()
        #expect(collection.problems.isEmpty)
        #expect(attempts.increment() == 4, "two attempts were spoiled, the third was not")
        #expect(fixture.cache().open(fixture.description()).contains(fixture.digest(1)))
    }

    @Test(
        arguments: [
            ("", 0xef46_db37_51d8_e999), ("a", 0xd24e_c4f1_a98c_6e5b), ("abc", 0x44bc_2cf5_ad77_0999),
            ("Nobody inspects the spammish repetition", 0xfbce_a83c_8a37_8bf1),
        ] as [(String, UInt64)])
    func checksumIsXXH64(text: String, expected: UInt64) {
        // From xxHash's own command, `xxhsum -H64`.
        #expect(FastChecksum.checksum(Array(text.utf8)) == expected)
    }
}
