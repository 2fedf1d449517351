import GraftDatasets
import GraftFiles
import GraftImages
import Testing

/// What reading single pictures shows, and what it may take.
@Suite struct PictureReadingTests {
    let workspace: Workspace

    init() throws { workspace = try Workspace() }

    private func write(_ image: PixelImage, to name: String) throws {
        try workspace.folder(name.split(separator: "/").dropLast().joined(separator: "/"))
        try ImageEncoder().write(image, to: "\(workspace.path)/\(name)")
    }

    private func image(_ level: (Int) -> UInt8) -> PixelImage {
        PixelImage(width: 16, height: 12, grey: (0..<192).map(level))
    }

    @Test func picturesThatShowNothingAreNamed() async throws {
        try write(image { _ in 255 }, to: "a/white.png")
        try write(image { UInt8(100 + $0 % 5) }, to: "a/fog.png")
        try write(image { UInt8($0) }, to: "b/one.png")
        try write(image { UInt8(191 - $0) }, to: "b/two.png")
        let report = try await Doctor.report(on: ImageFolder(workspace.path), threads: 1)
        let found = report.findings.filter { [.blank, .faint].contains($0.kind) }
        #expect(
            found.map(\.message) == [
                "a/fog.png is nearly blank: its pixels differ by no more than 4 of 255 levels.",
                "a/white.png is blank: all its pixels are the same.",
            ])
        #expect(found.allSatisfy { $0.severity == .warning })
        #expect(report.usableCount == 4)
    }

    @Test func oneBrightPixelIsEnough() {
        #expect(image { $0 == 191 ? 8 : 0 }.contrast == .usual)
        #expect(image { $0 == 191 ? 7 : 0 }.contrast == .faint(levels: 7))
        #expect(image { _ in 7 }.contrast == .blank)
        #expect(PixelImage(width: 2, height: 2, grey: [1, 1, 1, 1]).contrast == .usual)
    }

    @Test func theLimitOfPixelsIsAnOptionOfTheData() async throws {
        for name in ["a/1.png", "a/2.png", "b/1.png", "b/2.png"] {
            try write(image { UInt8($0 / 2 + name.utf8.count) }, to: name)
        }
        try write(PixelImage(width: 20, height: 12, grey: (0..<240).map { UInt8($0) }), to: "b/large.png")
        let data = try DatasetReader.open(workspace.path, options: DatasetOptions(maxPixels: 192))
        let report = try await Doctor.report(on: data, threads: 1)
        #expect(report.findings(.leftOut).map(\.path) == ["b/large.png"])
        #expect(
            report.findings(.leftOut).map(\.message)
                == ["b/large.png claims to have 20 x 12 pixels; expected at most 192."])
        let usual = try await Doctor.report(on: DatasetReader.open(workspace.path), threads: 1)
        #expect(usual.findings(.leftOut).isEmpty)
        #expect(throws: DatasetError.self) {
            try DatasetReader.open(workspace.path, options: DatasetOptions(maxPixels: 0))
        }
    }

    @Test func theDigestIsThatOfTheBytesThatAreDecoded() throws {
        try write(image { UInt8($0) }, to: "a/1.png")
        let path = "\(workspace.path)/a/1.png"
        let loaded = Picture.file(path).load()
        try write(image { UInt8(191 - $0) }, to: "a/1.png")
        let (examination, decoded) = loaded.decode()
        #expect(decoded?.samples.first == 0)
        #expect(try examination.digest != SHA256Digest(of: FileContents.read(path)))
        let sample = Sample(path: "1.png", target: .label(0), part: nil, file: path)
        let again = sample.load(expecting: examination.digest).decode()
        #expect(again.image == nil)
        guard case .failed(.changed, let problem) = again.examination.outcome else {
            Issue.record("\(again.examination.outcome)")
            return
        }
        #expect(problem.description == "1.png is another picture than when it was first read.")
        #expect(sample.load(expecting: nil).decode().image != nil)
    }

    @Test func whatIsNoPictureIsReadNoFurtherThanItsStart() throws {
        try workspace.write([UInt8](repeating: 0x20, count: 50_000), to: "a/text.jpg")
        let (examination, image) = Picture.file("\(workspace.path)/a/text.jpg").load().decode()
        #expect(image == nil && examination.digest == nil)
        guard case .failed(.notAPicture, _) = examination.outcome else {
            Issue.record("\(examination.outcome)")
            return
        }
    }
}
