import GraftDatasets
import GraftFiles
import GraftImages
import Synchronization
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite struct DoctorTests {
    let work: Workspace

    init() throws { work = try Workspace() }

    func report() async throws -> DoctorReport {
        let folder = try ImageFolder(work.path)
        return DoctorReport(folder, try await Doctor.examine(folder, threads: 2))
    }

    func messages(_ severity: Finding.Severity) async throws -> [String] {
        try await report().findings(severity).map(\.message)
    }

    @Test func healthyFolderHasNoFindings() async throws {
        try work.pictures(700, in: "cats")
        try work.pictures(699, in: "dogs", from: 1000)
        let report = try await report()
        #expect(report.findings.isEmpty)
        #expect(
            report.lines() == [
                "photos    1,399 pictures, 2 classes: cats 700, dogs 699",
                "          nothing to complain about",
            ])
    }

    @Test func everyBadFileIsNamedWithItsFlaw() async throws {
        try work.pictures(12, in: "a")
        try work.pictures(12, in: "b", from: 100)
        for name in ["empty.jpg", "text.jpg", "short.jpg", "flipped.jpg", "bomb.png"] {
            try work.write(try Place.fixture("bad-" + name), to: "a/" + name)
        }
        try work.folder("a/folder.jpg")
        let report = try await report()
        #expect(
            report.findings(.leftOut).map(\.message) == [
                "a/bomb.png claims to have 60000 x 60000 pixels; expected at most 200 million.",
                "a/empty.jpg is empty.",
                "a/flipped.jpg is damaged: its JPEG data cannot be decoded.",
                "a/short.jpg is cut short: its end is missing from the JPEG data.",
                "a/text.jpg is not a picture but text; expected a JPEG, PNG, WebP, GIF, TIFF, BMP, PNM, HEIC, AVIF, "
                    + "JPEG XL or JPEG 2000 picture.",
            ])
        #expect(
            report.findings(.leftOut).map(\.kind) == [.tooLarge, .empty, .damaged, .cutShort, .notAPicture])
        #expect(report.usableCount == 24)
        let error = #expect(throws: DatasetError.self) { try report.requireEveryFile() }
        #expect(
            error?.description
                == "\(work.path) has 5 files that cannot be used: a/bomb.png claims to have 60000 x 60000 pixels; "
                + "expected at most 200 million. Repair or remove what cannot be used, or allow it to be left out."
        )
    }

    @Test func mistypedPictureIsUsedAndSaid() async throws {
        try work.pictures(12, in: "a")
        try work.pictures(12, in: "b", from: 100)
        try work.write(try Place.fixture("rgb.png"), to: "b/photo.JPG")
        let report = try await report()
        #expect(
            report.findings.map(\.message) == ["b/photo.JPG is a PNG picture, though named .jpg; it is used."]
        )
        #expect(report.usableCount == 25)
        #expect(throws: Never.self) { try report.requireEveryFile() }
    }

    @Test func manyLongPicturesAreTold() async throws {
        try work.pictures(12, in: "a")
        try work.pictures(12, in: "b", from: 100)
        let folder = try ImageFolder(work.path)
        /// What is found where so many of the pictures have these extents.
        func messages(_ count: Int, _ width: Int, _ height: Int) -> [String] {
            let examinations = folder.samples.indices.map { index in
                let (width, height) = index < count ? (width, height) : (30, 20)
                let image = PixelImage(
                    width: width, height: height, grey: (0..<width * height).map { UInt8($0 % 251) })
                return Examination(
                    path: folder.samples[index].path, digest: nil,
                    outcome: .usable(format: nil, width: width, height: height), appearance: Appearance(image)
                )
            }
            return DoctorReport(folder, examinations).findings.filter { $0.kind == .outsideSquare }.map(
                \.message)
        }
        #expect(
            messages(5, 20, 40) == [
                "5 of 24 pictures are at least twice as long as wide: their middle square, which is all that the network "
                    + "sees, is half of them or less. Resized whole, all of it is seen."
            ])
        #expect(messages(24, 300, 100).count == 1)
        #expect(messages(4, 20, 40).isEmpty)
        #expect(messages(24, 39, 20).isEmpty)
    }

    @Test func repeatedPicturesAreToldByWhatTheyMean() async throws {
        try work.pictures(12, in: "train/a")
        try work.pictures(12, in: "train/b", from: 100)
        try work.pictures(12, in: "val/a", from: 200)
        try work.pictures(12, in: "val/b", from: 300)
        try work.write(Workspace.picture(3), to: "train/a/copy.tif")
        try work.write(Workspace.picture(4), to: "val/a/seen.tif")
        try work.write(Workspace.picture(101), to: "train/a/wrong.tif")
        let report = try await report()
        #expect(
            report.findings(.warning).map(\.message) == [
                "val/a/seen.tif is the same picture as train/a/4.tif, which is in another part.",
                "train/b/101.tif is the same picture as train/a/wrong.tif, but its class is b, not a.",
            ])
        #expect(
            report.findings(.note).map(\.message) == [
                "train/a/copy.tif is the same picture as train/a/3.tif."
            ])
    }

    @Test func classesOfUnequalSizeAreTold() async throws {
        try work.pictures(50, in: "train/a")
        try work.pictures(4, in: "train/b", from: 100)
        try work.pictures(1, in: "val/a", from: 200)
        try work.write([1], to: "train/a/notes.csv")
        let report = try await report()
        #expect(
            report.findings.dropFirst().map(\.message) == [
                "Class b has no usable picture in the validation part.",
                "Class b has only 4 pictures to train on; expected 10 or more.",
                "The classes are unbalanced: a has 50 pictures to train on, b has 4.",
            ])
        #expect(report.findings[0].message == "train/a/notes.csv is not a picture.")
    }

    func firstObstacle() async throws -> String? {
        let folder = try ImageFolder(work.path)
        let examinations = try await Doctor.examine(folder, threads: 1)
        return Doctor.obstacles(to: folder, examinations).first?.description
    }

    @Test func oneClassIsAnObstacle() async throws {
        try work.pictures(3, in: "cats")
        #expect(
            try await firstObstacle()
                == "\(work.path) has only one class, cats; expected at least two. "
                + "Add a folder with pictures of something else.")
        #expect(try await messages(.warning).count == 1)
    }

    @Test func classWithOneUsablePictureIsAnObstacle() async throws {
        try work.pictures(3, in: "cats")
        try work.pictures(1, in: "dogs", from: 10)
        try work.write([], to: "dogs/empty.png")
        #expect(
            try await firstObstacle()
                == "Class dogs has only 1 usable picture; expected at least 2 to train on. "
                + "Add pictures, or remove the class.")
    }

    @Test func emptyClassIsAnObstacle() async throws {
        try work.pictures(3, in: "cats")
        try work.pictures(3, in: "dogs", from: 10)
        try work.folder("aeroplane")
        #expect(
            try await firstObstacle()
                == "Class aeroplane has no usable picture; expected at least 2 to train on. "
                + "Add pictures, or remove the class.")
    }

    @Test func classOnlyInValidationIsAnObstacle() async throws {
        for (index, name) in ["train/a", "train/b", "val/a", "val/b", "val/c"].enumerated() {
            try work.pictures(3, in: name, from: 10 * index)
        }
        #expect(
            try await firstObstacle()
                == "Class c is in the validation part only; expected pictures to train on. "
                + "Add some to the training part, or remove the class.")
    }

    @Test func nothingReadableIsAnObstacle() async throws {
        try work.write([], to: "a/1.jpg")
        try work.write([], to: "b/1.jpg")
        #expect(try await firstObstacle() == "\(work.path) holds no picture that can be read.")
    }

    @Test func reportFitsEightyColumnsAndCutsLongLists() async throws {
        try work.pictures(12, in: "a")
        try work.pictures(12, in: "b", from: 100)
        for number in 0..<25 {
            try work.write([], to: "a/an empty picture with a rather long name \(number).jpg")
        }
        try work.write(try Place.fixture("bad-text.jpg"), to: "a/text.jpg")
        let report = try await report()
        let lines = report.lines()
        #expect(lines.allSatisfy { $0.count <= 80 })
        #expect(
            lines[..<3] == [
                "photos    24 pictures, 2 classes: a 12, b 12", "          26 left out",
                "left out  a/an empty picture with a rather long name 0.jpg is empty.",
            ])
        #expect(lines.contains("          … and 5 more like these"))
        #expect(
            lines.suffix(2) == [
                "left out  a/text.jpg is not a picture but text; expected a JPEG, PNG, WebP, GIF,",
                "          TIFF, BMP, PNM, HEIC, AVIF, JPEG XL or JPEG 2000 picture.",
            ])
        let data = try JSONEncoder().encode(report)
        #expect(try JSONDecoder().decode(DoctorReport.self, from: data) == report)
    }

    @Test func progressCountsEverySample() async throws {
        try work.pictures(9, in: "a")
        let folder = try ImageFolder(work.path)
        let steps = Mutex<[Int]>([])
        _ = try await Doctor.examine(folder, threads: 3) { done, total in
            steps.withLock { $0.append(100 * total + done) }
        }
        #expect(steps.withLock { $0 } == (1...9).map { 900 + $0 })
    }

    @Test func cancelledTaskStops() async throws {
        try work.pictures(40, in: "a")
        let folder = try ImageFolder(work.path)
        let task = Task {
            unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
            return try await Doctor.examine(folder, threads: 2)
        }
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test(.enabled(if: Place.sharedIsPresent, "../shared is not here"))
    func sharedCorruptFilesAreToldApart() async throws {
        try work.pictures(2, in: "good")
        try work.link("bad", to: Place.shared + "corrupt")
        let report = try await report()
        #expect(
            report.findings(.leftOut).map { "\($0.path ?? "") \($0.kind)" } == [
                "bad/derived_bitflips.jpg damaged", "bad/derived_empty.jpg empty",
                "bad/derived_text.jpg notAPicture",
                "bad/derived_truncated.png cutShort", "bad/derived_truncated_half.jpg cutShort",
                "bad/derived_truncated_header_only.jpg cutShort",
                "bad/derived_truncated_last_bytes.jpg cutShort",
                "bad/derived_truncated_progressive.jpg cutShort",
            ])
        #expect(
            report.findings.filter { $0.kind == .mistakenFormat }.map(\.message) == [
                "bad/derived_jpeg_named.png is a JPEG picture, though named .png; it is used.",
                "bad/derived_png_named.jpg is a PNG picture, though named .jpg; it is used.",
            ])
    }
}
