import Foundation
import Testing

/// Where the damaged files are.
enum CorruptFiles {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(
        path: "../../../shared/data/corrupt"
    ).standardizedFileURL.path
    static let isPresent = FileManager.default.fileExists(atPath: folder)
}

/// The damaged files that people really have.
@Suite(
    .enabled(if: GraftProcess.hasWeights, GraftProcess.missingWeights),
    .enabled(if: CorruptFiles.isPresent, "../shared is not here"))
struct CorruptFileTests {
    /// What is said of each file that cannot be used, after its name.
    static let reasons = [
        "derived_bitflips.jpg": "is damaged: its JPEG data cannot be decoded.",
        "derived_empty.jpg": "is empty.",
        "derived_text.jpg": "is not a picture but text;",
        "derived_truncated.png": "is cut short: its end is missing from the PNG data.",
        "derived_truncated_half.jpg": "is cut short: its end is missing from the JPEG data.",
        "derived_truncated_header_only.jpg": "is cut short: its end is missing from the JPEG data.",
        "derived_truncated_last_bytes.jpg": "is cut short: its end is missing from the JPEG data.",
        "derived_truncated_progressive.jpg": "is cut short: its end is missing from the JPEG data.",
    ]
    /// The files that can be used, though two of them have another format than their name says.
    static let usable = ["derived_jpeg_named.png", "derived_png_named.jpg", "natural_imageNotFound.gif"]

    let graft: GraftProcess

    init() throws {
        graft = try GraftProcess()
        try graft.linkWeights()
        try Pictures.makeClasses(["blue", "red"], count: 6, in: graft.folder + "/photos")
        for name in Self.usable + Self.reasons.keys {
            try FileManager.default.copyItem(
                atPath: "\(CorruptFiles.folder)/\(name)", toPath: "\(graft.folder)/photos/red/\(name)")
        }
    }

    private func isNamed(_ name: String, in findings: [[String: Any]]) -> Bool {
        findings.contains { finding in
            finding["path"] as? String == "red/\(name)" && finding["severity"] as? String == "leftOut"
                && (finding["message"] as? String)?.hasPrefix("red/\(name) \(Self.reasons[name] ?? "")")
                    == true
        }
    }

    @Test func trainLeavesOutEachByNameAndPredictAnswersForTheRest() throws {
        let trained = try graft.run("train", "photos", "--recipe", "features", "--epochs", "2", "--json")
        #expect(trained.code == 0, "\(trained.errors)")
        let events = try trained.objects()
        let findings = events.filter { $0["event"] as? String == "finding" }
        for name in Self.reasons.keys { #expect(isNamed(name, in: findings), "\(name)") }
        #expect(findings.count { $0["severity"] as? String == "leftOut" } == Self.reasons.count)
        #expect(events.last?["event"] as? String == "finished")

        let predicted = try graft.run("predict", "photos.graft", CorruptFiles.folder, "--json")
        #expect(predicted.code == 1)
        let answers = try predicted.objects()
        #expect(answers.count == Self.reasons.count + Self.usable.count)
        for answer in answers {
            let image = try #require(answer["image"] as? String)
            let name = URL(filePath: image).lastPathComponent
            if let reason = Self.reasons[name] {
                let error = try #require(answer["error"] as? String)
                #expect(error.hasPrefix("\(image) \(reason)"), "\(error)")
                #expect(predicted.errors.contains("graft: \(error)\n"))
            } else {
                #expect(Self.usable.contains(name) && answer["predictions"] != nil, "\(name)")
            }
        }
    }

    @Test func strictTrainingStopsAndDoctorNamesEach() throws {
        let strict = try graft.run("train", "photos", "--recipe", "features", "--strict", "--json")
        #expect(strict.code == 1)
        #expect(
            strict.errors.contains("graft: photos has 8 files that cannot be used: red/derived_bitflips.jpg"))
        #expect(try strict.objects().last?["event"] as? String == "error")
        #expect(try graft.names() == ["photos"])

        let doctor = try graft.run("doctor", "photos", "--json")
        #expect(doctor.code == 0)
        let report = try #require(try doctor.objects().last)
        let findings = try #require(report["findings"] as? [[String: Any]])
        for name in Self.reasons.keys { #expect(isNamed(name, in: findings), "\(name)") }
        #expect(
            findings.compactMap { $0["message"] as? String }.contains(
                "red/derived_png_named.jpg is a PNG picture, though named .jpg; it is used."))
    }
}
