import GraftDatasets
import GraftFiles
import GraftImages
import GraftModels
import GraftTraining
import Synchronization
import Testing

import class Foundation.FileManager

/// What is said of pictures, and how they are split, does not depend on what is in the cache.
@Suite struct KnownAppearancesTests {
    let pictures: TinyPictures

    init() throws { pictures = try TinyPictures() }

    /// Pictures without parts: one of them twice, in two formats; two that show nothing.
    private func learning() throws -> TransferLearning {
        let drawn = try pictures.dataset(.classification, ["dark", "light"], count: 24) { level in
            .label(level > 125 ? 1 : 0)
        }
        func sample(_ name: String, _ target: Target) -> Sample {
            Sample(path: name, target: target, part: nil, file: "\(pictures.root)/\(name)")
        }
        var samples = drawn.samples.map { sample($0.path, $0.target) }
        let copy = TinyPictures.picture(level: 20, seed: 0)
        let file = try FileReplacement("\(pictures.root)/copy.ppm")
        try file.write(Array("P6 \(copy.width) \(copy.height) 255\n".utf8) + copy.samples)
        try file.commit()
        samples.append(sample("copy.ppm", .label(0)))
        for (name, level) in [("black.png", UInt8(0)), ("white.png", 255)] {
            let blank = PixelImage(width: 12, height: 10, samples: [UInt8](repeating: level, count: 360))
            _ = try pictures.write(blank, name)
            samples.append(sample(name, .label(level > 0 ? 1 : 0)))
        }
        return try pictures.learning(
            TinyDataset(root: pictures.root, task: drawn.task, classes: drawn.classes, samples: samples))
    }

    private struct Told: Equatable {
        var findings: [String] = []
        var split: SplitSummary?
        var training: [String] = []
    }

    private func train() async throws -> (told: Told, cached: Int) {
        let told = Mutex((told: Told(), cached: -1))
        let model = try await learning().train { event in
            told.withLock { told in
                switch event {
                case .findings(let report): told.told.findings = report.findings.map(\.message)
                case .split(let split): told.told.split = split
                case .features(let progress): told.cached = progress.cached
                default: break
                }
            }
        }
        var result = told.withLock { $0 }
        result.told.training = model.split?.members.filter { $0.part == .train }.map(\.path) ?? []
        return result
    }

    @Test func findingsAndSplitAreTheSameWhateverIsCached() async throws {
        let first = try await train()
        #expect(first.told.findings.contains("copy.ppm is the same picture as 0.png."))
        #expect(first.told.findings.count { $0.contains("is blank") } == 2, "\(first.told.findings)")
        #expect(first.told.training.contains("copy.ppm") == first.told.training.contains("0.png"))
        let second = try await train()
        #expect(first.cached == 0 && second.cached == 27 && second.told == first.told)
        // As after a version of Graft that kept features alone.
        let entry = try #require(
            try CachedFeatures.list(home: pictures.home).first { $0.title == "what pictures are like" })
        #expect(entry.pictures == 27)
        _ = try CachedFeatures.clear(keyPrefix: entry.key, home: pictures.home)
        let third = try await train()
        #expect(third.cached == 27 && third.told == first.told)
        #expect(try CachedFeatures.list(home: pictures.home).contains(where: { $0.key == entry.key }))
        // As after one that was killed.
        try FileManager.default.removeItem(atPath: "\(pictures.root)/home/features")
        #expect(try await train().told == first.told)
    }
}
