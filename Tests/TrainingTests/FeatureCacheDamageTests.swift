import GraftFiles
import GraftTensors
import GraftTraining
import Testing

import struct Foundation.Date
import class Foundation.FileManager

@Suite struct FeatureCacheDamageTests {
    let fixture = FeatureCacheFixture()

    @Test func segmentCutAtAnyLengthIsRemovedAndNamed() {
        fixture.fill(0..<3)
        let path = fixture.segments()[0]
        let whole = fixture.bytes(path)
        for count in 0..<whole.count {
            fixture.write(Array(whole[..<count]), to: path)
            let collection = fixture.cache().open(fixture.description())
            #expect(collection.recordCount == 0)
            #expect(collection.problems.count == 1 && collection.problems[0].subject == path)
            #expect(fixture.segments().isEmpty, "cut after \(count) bytes")
        }
        fixture.write(whole + [0], to: path)
        let collection = fixture.cache().open(fixture.description())
        #expect(
            collection.problems.map(\.description) == [
                "\(path) has 449 bytes where its header says 448; it was removed, and its features are computed again."
            ])
        fixture.write(whole, to: path)
        #expect(fixture.cache().open(fixture.description()).contains(fixture.digest(0)))
    }

    @Test func noFlippedByteEverReachesTheCaller() {
        fixture.fill(0..<3)
        let path = fixture.segments()[0]
        let whole = fixture.bytes(path)
        for position in whole.indices {
            var damaged = whole
            damaged[position] ^= 1 << UInt8(position % 8)
            fixture.write(damaged, to: path)
            let collection = fixture.cache().open(fixture.description())
            var found = 0
            for picture in 0..<3 {
                guard let features = collection.features(for: fixture.digest(picture)) else { continue }
                #expect(features == fixture.features(picture))
                found += 1
            }
            #expect(found == 3 || collection.problems.count == 1, "byte \(position): \(collection.problems)")
            #expect(found == 3 || found == (position < 256 ? 0 : 2), "byte \(position)")
        }
    }

    @Test func damagedRecordIsComputedAgainAndItsSegmentRewritten() {
        fixture.fill(0..<3)
        let path = fixture.segments()[0]
        var damaged = fixture.bytes(path)
        // The first of 5 floats of the second record; the records start after 128 + 3 * 40 bytes, rounded up
        // to 256.
        damaged[256 + 64] ^= 1
        fixture.write(damaged, to: path)

        let collection = fixture.cache().open(fixture.description())
        #expect(collection.features(for: fixture.digest(0)) == fixture.features(0))
        #expect(!collection.contains(fixture.digest(1)))
        #expect(
            collection.problems.map(\.description) == [
                "\(path) has 1 of 3 records damaged; their features are computed again. "
                    + "Check the disk if this happens again."
            ])
        #expect(collection.append(fixture.features(1), for: fixture.digest(1)))
        #expect(collection.features(for: fixture.digest(1)) == fixture.features(1))
        collection.flush()
        #expect(collection.features(for: fixture.digest(1)) == fixture.features(1))

        let again = fixture.cache().open(fixture.description())
        for picture in 0..<3 { #expect(again.contains(fixture.digest(picture))) }
        #expect(again.problems.isEmpty)
        #expect(!fixture.segments().contains(path))
    }

    @Test func soundCopyIsFoundBehindADamagedOne() {
        // Two processes computed the same picture.
        let first = fixture.cache().open(fixture.description())
        let second = fixture.cache().open(fixture.description())
        for collection in [first, second] {
            collection.append(fixture.features(7), for: fixture.digest(7))
            collection.flush()
        }
        for path in fixture.segments() {
            let whole = fixture.bytes(path)
            var damaged = whole
            damaged[192] ^= 1
            fixture.write(damaged, to: path)
            let again = fixture.cache().open(fixture.description())
            #expect(again.features(for: fixture.digest(7)) == fixture.features(7))
            fixture.write(whole, to: path)
        }
    }

    @Test func foreignFilesAreNamedAndLeftAlone() {
        fixture.fill(0..<3)
        fixture.fill(0..<3, title: "other")
        let folder = fixture.folder()
        fixture.write(Array("not a segment".utf8), to: folder + "/0123456789abcdef.segment")
        fixture.write(Array("anything".utf8), to: folder + "/holiday.segment")
        fixture.write(fixture.bytes(fixture.segments("other")[0]), to: folder + "/00000000000000ff.segment")
        let collection = fixture.cache().open(fixture.description())
        #expect(collection.recordCount == 3)
        #expect(
            collection.problems.map(\.description) == [
                "\(folder)/00000000000000ff.segment belongs to another collection; it is ignored. "
                    + "Remove it if nothing else needs it.",
                "\(folder)/0123456789abcdef.segment is no feature segment; it is ignored. "
                    + "Remove it if nothing else needs it.",
                "\(folder)/holiday.segment is no feature segment; it is ignored. "
                    + "Remove it if nothing else needs it.",
            ])
        #expect(fixture.segments().count == 4)
    }

    @Test func segmentOfALaterFormatIsLeftAlone() {
        fixture.fill(0..<3)
        let path = fixture.segments()[0]
        var later = fixture.bytes(path)
        later[8] = 2
        fixture.write(later, to: path)
        let collection = fixture.cache().open(fixture.description())
        #expect(
            collection.problems.map(\.description) == [
                "\(path) has format version 2, not 1; it is ignored. Remove it if nothing else needs it."
            ])
        #expect(fixture.bytes(path) == later)
    }

    @Test func damagedDescriptionIsWrittenAnewAndStaysClearable() {
        fixture.fill(0..<3)
        let path = fixture.folder() + "/collection.json"
        let whole = fixture.bytes(path)
        for damaged in [
            Array(whole.dropLast(20)), [],
            Array(
                String(decoding: whole, as: UTF8.self)
                    .replacing("none", with: "some").utf8),
        ] {
            fixture.write(damaged, to: path)
            #expect(fixture.cache().list().map(\.key) == [String(fixture.folder().suffix(32))])
            #expect(fixture.cache().open(fixture.description()).contains(fixture.digest(0)))
            #expect(fixture.bytes(path) == whole)
        }
        fixture.write([], to: path)
        #expect(fixture.cache().clear() > 0)
        #expect(fixture.cache().list().isEmpty)
    }

    @Test func leftoversOfDeadProcessesGoAndThoseOfLivingOnesStay() throws {
        fixture.fill(0..<3)
        let folder = fixture.folder()
        // Killed while it wrote; killed before; killed in the middle of clearing; and one that is at work.
        fixture.write([1, 2, 3], to: folder + "/.00000000000000aa.segment.123-abc.partial")
        fixture.write([], to: folder + "/00000000000000aa.writing")
        fixture.write([], to: folder + "/00000000000000bb.writing")
        fixture.write([1, 2, 3], to: folder + "/.00000000000000cc.segment.123-abc.partial")
        fixture.write([1, 2, 3], to: folder + "/.00000000000000dd.segment.123-abc.partial")
        let alive = try FileLock(folder + "/00000000000000dd.writing")
        fixture.write([1], to: folder + "/.collection.json.123-abc.partial")
        fixture.write([1], to: folder + "/.collection.json.123-def.partial")
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -7200)],
            ofItemAtPath: folder + "/.collection.json.123-def.partial")

        let collection = fixture.cache().open(fixture.description())
        #expect(collection.recordCount == 3 && collection.problems.isEmpty)
        #expect(
            fixture.names().filter { !$0.hasSuffix(".segment") } == [
                ".00000000000000dd.segment.123-abc.partial", ".collection.json.123-abc.partial",
                "00000000000000dd.writing", "collection.json", "used",
            ])
        withExtendedLifetime(alive) {}
    }
}
