import GraftDatasets
import GraftFiles
import GraftImages
import Testing

/// Copies of a photo stay in one part.
@Suite struct CopiesTests {
    let work: Workspace

    init() throws { work = try Workspace() }

    /// A JPEG with another segment behind its first two bytes.
    static func adding(_ marker: UInt8, _ text: String, to jpeg: [UInt8]) -> [UInt8] {
        let length = text.utf8.count + 2
        return Array(jpeg[..<2]) + [0xff, marker, UInt8(length >> 8), UInt8(length & 255)] + Array(text.utf8)
            + Array(jpeg[2...])
    }

    func examined() async throws -> (ImageFolder, [Examination]) {
        let folder = try ImageFolder(work.path)
        return (folder, try await Doctor.examine(folder, threads: 2))
    }

    @Test func filesOfOneNameInAFolderStayTogether() async throws {
        for (index, name) in ["a", "b"].enumerated() {
            for number in 0..<20 {
                try work.write(Workspace.picture(1000 * index + number), to: "\(name)/\(number).tif")
                try work.write(Workspace.picture(1000 * index + 500 + number), to: "\(name)/\(number).TIFF")
            }
        }
        let (folder, examinations) = try await examined()
        for seed: UInt64 in 0..<10 {
            let split = try Split(folder, examinations, validationFraction: 0.3, seed: seed)
            let parts = Dictionary(grouping: split.members) { $0.path.withoutEnding }.mapValues {
                Set($0.map(\.part)).count
            }
            #expect(parts.values.allSatisfy { $0 == 1 })
            #expect(split.count(of: .validation) == 24)
        }
    }

    @Test func samePixelsUnderOtherExifDataAreOnePicture() async throws {
        let jpeg = try Place.fixture("baseline.jpg")
        try work.pictures(12, in: "train/a")
        try work.pictures(12, in: "train/b", from: 100)
        try work.pictures(12, in: "val/a", from: 200)
        try work.pictures(12, in: "val/b", from: 300)
        try work.write(jpeg, to: "train/a/photo.jpg")
        try work.write(Self.adding(0xe1, "Exif data", to: jpeg), to: "val/a/seen.jpg")
        try work.write(Self.adding(0xfe, "a comment", to: jpeg), to: "train/b/wrong.jpg")
        let (folder, examinations) = try await examined()
        let report = DoctorReport(folder, examinations)
        #expect(
            report.findings(.warning).map(\.message) == [
                "train/b/wrong.jpg is the same picture as train/a/photo.jpg, but its class is b, not a.",
                "val/a/seen.jpg is the same picture as train/b/wrong.jpg, but its class is a, not b.",
            ])
        let keys = Set(examinations.filter { $0.path.ending == "jpg" }.map(\.likeness))
        #expect(keys.count == 1)
        #expect(Set(examinations.map(\.digest)).count == examinations.count)
    }

    /// A picture as a portable pixmap.
    static func pixmap(_ image: PixelImage) -> [UInt8] {
        Array("P6 \(image.width) \(image.height) 255\n".utf8) + image.samples
    }

    @Test func samePixelsInOtherFormatsAreOnePicture() async throws {
        for (index, name) in ["a", "b"].enumerated() { try work.pictures(20, in: name, from: 100 * index) }
        let jpeg = try Place.fixture("baseline.jpg")
        let photo = try ImageDecoder().decode(jpeg, name: "photo").image
        try work.write(jpeg, to: "a/photo.jpg")
        try work.write(Self.pixmap(photo), to: "a/exported.ppm")
        try work.write(Self.pixmap(photo), to: "b/wrong.ppm")
        // The same samples in another shape are another picture.
        let turned = PixelImage(width: photo.height, height: photo.width, samples: photo.samples)
        try work.write(Self.pixmap(turned), to: "b/turned.ppm")
        let (folder, examinations) = try await examined()
        let report = DoctorReport(folder, examinations)
        #expect(
            report.findings.filter { [.duplicate, .conflictingLabels].contains($0.kind) }.map(\.message) == [
                "b/wrong.ppm is the same picture as a/exported.ppm, but its class is b, not a.",
                "a/photo.jpg is the same picture as a/exported.ppm.",
            ])
        for seed: UInt64 in 0..<20 {
            let split = try Split(folder, examinations, validationFraction: 0.4, seed: seed)
            let parts = split.members.filter { $0.path.contains("photo") || $0.path.contains("exported") }
            #expect(parts.count == 2 && Set(parts.map(\.part)).count == 1)
        }
    }

    @Test func numbersBehindADotMakeNoCopies() async throws {
        for (index, name) in ["a", "b"].enumerated() {
            for number in 0..<10 {
                try work.write(Workspace.picture(100 * index + number), to: "\(name)/scan.\(number)")
            }
        }
        let (folder, examinations) = try await examined()
        let split = try Split(folder, examinations, validationFraction: 0.3, seed: 1)
        #expect(split.count(of: .train) == 14 && split.count(of: .validation) == 6)
    }

    @Test func likenessTellsOtherPicturesApart() async throws {
        let (one, other) = (try Place.fixture("rgb.png"), try Place.fixture("rgba.png"))
        try work.write(one, to: "a/one.png")
        try work.write(other, to: "b/other.png")
        let (_, examinations) = try await examined()
        #expect(Set(examinations.map(\.likeness)).count == 2)
    }

    @Test func copiesAreJoinedThroughEachOther() async throws {
        // By content with one, by name with another: all of them are one.
        for (name, number) in [("a/1.tif", 1), ("a/2.tif", 1), ("a/2.tiff", 3), ("b/9.tif", 9)] {
            try work.write(Workspace.picture(number), to: name)
        }
        try work.pictures(20, in: "a", from: 100)
        try work.pictures(20, in: "b", from: 200)
        let (folder, examinations) = try await examined()
        for seed: UInt64 in 0..<20 {
            let split = try Split(folder, examinations, validationFraction: 0.4, seed: seed)
            let parts = split.members.filter { ["a/1.tif", "a/2.tif", "a/2.tiff"].contains($0.path) }
            #expect(Set(parts.map(\.part)).count == 1)
        }
    }

    @Test func fortyThousandEqualPicturesAreTold() {
        let count = 40_000
        let data = TargetDataset(
            .classification, ["a", "b"], (0..<count).map { .label($0 == count - 1 ? 1 : 0) },
            parts: (0..<count).map { $0 == 7 ? .validation : .train })
        let report = data.report(contents: [String](repeating: "same", count: count))
        let found = report.findings.filter { [.duplicate, .leakage, .conflictingLabels].contains($0.kind) }
        #expect(found.count == count - 1)
        #expect(found.filter { $0.kind == .conflictingLabels }.count == 1)
        #expect(
            found.filter { $0.kind == .leakage }.first?.message
                == "7.png is the same picture as 0.png, which is in another part.")
        // Whoever comes after the one in the other part is also in another one than that.
        #expect(found.filter { $0.kind == .leakage }.count == count - 1 - 7)
    }
}
