import GraftTraining
import Testing

@testable import GraftModels

@Suite struct PredictionTests {
    @Test func classesAreRankedByFallingProbabilityAndThenInOrder() {
        let ranked = Prediction.ranked([0.25, 0.5, 0.25] as [Float], classes: ["a", "b", "c"])
        #expect(ranked.map(\.label) == ["b", "a", "c"])
        #expect(ranked.map(\.probability) == [0.5, 0.25, 0.25])
    }

    @Test func modelIsNamedLikeItsData() {
        #expect(ModelBundle.defaultPath(forData: "/home/ann/photos/") == "photos.graft")
        #expect(ModelBundle.defaultPath(forData: "../pets") == "pets.graft")
        #expect(ModelBundle.defaultPath(forData: ".") == "model.graft")
    }
}
