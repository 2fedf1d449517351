import Testing

@testable import GraftInsight

/// Which pictures are labelled next.
@Suite struct PicturesToLabelTests {
    private func candidate(_ path: String, _ uncertainty: Double, _ vector: [Float])
        -> PicturesToLabel.Candidate
    {
        PicturesToLabel.Candidate(
            path: path, label: "a", probability: 0.6, uncertainty: uncertainty, vector: vector)
    }

    @Test func uncertaintyIsTheLackOfAMargin() {
        #expect(PicturesToLabel.uncertainty([0.5, 0.5, 0], isOneOfAll: true) == 1)
        #expect(PicturesToLabel.uncertainty([0, 1, 0], isOneOfAll: true) == 0)
        #expect(abs(PicturesToLabel.uncertainty([0.7, 0.1, 0.2], isOneOfAll: true) - 0.5) < 1e-6)
        // Each class for itself: the one that is least sure counts.
        #expect(PicturesToLabel.uncertainty([0.99, 0.5, 0.01], isOneOfAll: false) == 1)
        #expect(abs(PicturesToLabel.uncertainty([0.9, 0.2], isOneOfAll: false) - 0.4) < 1e-6)
        #expect(PicturesToLabel.uncertainty([1], isOneOfAll: true) == 0)
    }

    @Test func copiesOfAChoiceComeLast() {
        let candidates = [
            candidate("first", 0.9, [1, 0]), candidate("its copy", 0.89, [1, 0]),
            candidate("other", 0.5, [0, 1]), candidate("sure", 0, [0.6, 0.8]),
        ]
        let chosen = PicturesToLabel.chosen(4, of: candidates) { _ in nil }
        #expect(chosen.map(\.path).prefix(2) == ["first", "other"])
        #expect(Set(chosen.map(\.path)).count == 4)
        // What the model knows already is not asked again.
        let known = PicturesToLabel.chosen(1, of: candidates) { $0 == [1, 0] ? 0.01 : 0.8 }
        #expect(known.map(\.path) == ["other"])
        #expect(PicturesToLabel.chosen(9, of: [], known: { _ in nil }).isEmpty)
    }
}
