import Foundation
import GraftDatasets
import GraftFiles
import GraftTensors
import GraftWeightFiles
import Testing

@testable import GraftModels

@Suite struct ReferencePicturesTests {
    private func references(_ count: Int, width: Int = 4, distances: [Float] = []) -> ReferencePictures {
        var generator = CounterGenerator(seed: 2)
        var vectors: [Float] = []
        for _ in 0..<count {
            let vector = (0..<width).map { _ in generator.nextNormal() }
            let length = vector.reduce(Float(0)) { $0 + $1 * $1 }.squareRoot()
            vectors += vector.map { $0 / length }
        }
        return ReferencePictures(
            entries: (0..<count).map { ReferencePictures.Entry(path: "a\"\($0).png", label: "ü") },
            vectors: Tensor(halvesOf: vectors, shape: [count, width]), distances: distances, scores: [])
    }

    @Test func nearestPicturesAreThoseWithTheGreatestCosine() {
        for width in [3, 16, 37] {
            let pictures = references(50, width: width)
            let index = ReferenceIndex(pictures)
            let rows = pictures.vectors.floats
            let query = Array(rows[7 * width..<8 * width])
            let cosines = (0..<50).map { row in
                (0..<width).reduce(0.0) { $0 + Double(rows[row * width + $1]) * Double(query[$1]) }
            }
            let expected = cosines.indices.sorted { cosines[$0] > cosines[$1] }
            let found = index.nearest(5, to: query)
            #expect(found.map(\.position) == Array(expected.prefix(5)) && found[0].position == 7)
            for neighbour in found {
                #expect(abs(neighbour.distance - max(1 - cosines[neighbour.position], 0)) < 1e-5)
            }
        }
        #expect(ReferenceIndex(references(5)).nearest(3, to: [1, 2]).isEmpty)
    }

    @Test func thresholdKeepsNineteenOfTwentyValidationPictures() {
        let distances = (0..<100).map { Float($0) / 100 }
        let index = ReferenceIndex(references(8, distances: distances))
        #expect(index.pictures.threshold == Double(distances[95]))
        #expect(distances.count { index.isUnlike(Double($0)) } == 4)
        #expect(references(8, distances: Array(distances.prefix(19))).threshold == nil)
        #expect(!ReferenceIndex(references(8)).isUnlike(2))
    }

    @Test func fileHasWhatWasWritten() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "references-\(UUID()).safetensors")
            .path()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let written = references(6, distances: [0.1, 0.2])
        try written.write(to: path)
        let read = try ReferencePictures(Safetensors.read(MappedFile(reading: path)))
        #expect(read.entries == written.entries && read.vectors == written.vectors)
        #expect(read.distances == [0.1, 0.2])
        var unsorted = written
        unsorted.distances = [0.2, 0.1]
        try unsorted.write(to: path)
        #expect(throws: Flaw.self) { try ReferencePictures(Safetensors.read(MappedFile(reading: path))) }
        var fewer = written
        fewer.entries.removeLast()
        try fewer.write(to: path)
        #expect(throws: Flaw.self) { try ReferencePictures(Safetensors.read(MappedFile(reading: path))) }
        var notFinite = written
        notFinite.vectors = Tensor(halvesOf: [Float](repeating: .infinity, count: 24), shape: [6, 4])
        try notFinite.write(to: path)
        #expect(throws: Flaw.self) { try ReferencePictures(Safetensors.read(MappedFile(reading: path))) }
    }

    @Test func halvesAreTheNearest() {
        let cases: [(Float, UInt16)] = [
            (0, 0), (-0.0, 0x8000), (1, 0x3C00), (-2, 0xC000), (65_504, 0x7BFF), (65_519, 0x7BFF),
            (65_520, 0x7C00), (.infinity, 0x7C00), (0x1p-24, 1), (0x1p-25, 0), (0x1.8p-25, 1),
            (0x1p-14, 0x0400),
            // Half way between two: the even one.
            (1 + 0x1p-11, 0x3C00), (1 + 0x3p-11, 0x3C02), (0x1.004p0, 0x3C01),
        ]
        let tensor = Tensor(halvesOf: cases.map(\.0), shape: [cases.count])
        let bits = unsafe tensor.withUnsafeBytes { bytes in
            (0..<cases.count).map { unsafe UInt16(bytes[2 * $0]) | UInt16(bytes[2 * $0 + 1]) << 8 }
        }
        #expect(bits == cases.map(\.1))
        #expect(Tensor(halvesOf: [.nan], shape: [1]).floats[0].isNaN)
    }

    @Test func trainedModelKeepsReferencesAndTellsForeignPictures() async throws {
        let pictures = try TinyPictures()
        let dataset = try pictures.dataset(.classification, ["dark", "light"], count: 120) { level in
            .label(level > 125 ? 1 : 0)
        }
        let model = try await pictures.learning(dataset, epochs: 3).train()
        let references = try #require(model.references)
        #expect(references.entries.count == 90 && references.distances.count == 30)
        #expect(references.scores.count == 30 && references.scores == references.scores.sorted())
        let path = "\(pictures.root)/m.graft"
        try model.save(to: path)
        let loaded = try ModelBundle.load(path)
        #expect(loaded.references?.vectors == references.vectors)
        let predictor = try Predictor(loaded)
        var unlike = 0
        for sample in dataset.samples where sample.part == .validation {
            for try await answer in predictor.answers(for: [.file("\(pictures.root)/\(sample.path)")]) {
                if answer.isUnlike { unlike += 1 }
                #expect(answer.distance != nil)
            }
        }
        #expect(unlike <= 2)
        var settings = Predictor.Settings()
        settings.rejects = false
        for try await answer in try Predictor(loaded, settings: settings).answers(
            for: [.file("\(pictures.root)/\(dataset.samples[0].path)")])
        {
            #expect(answer.distance == nil && !answer.isUnlike)
        }
    }
}
