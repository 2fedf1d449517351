import GraftTraining
import Testing

@testable import GraftModels

@Suite struct PredictionTests {
    @Test func classesAreRankedByFallingProbabilityAndThenInOrder() {
        let answer = Answer([0.25, 0.5, 0.25], classes: ["a", "b", "c"], usualCount: 1)
        let ranked = answer.predictions ?? []
        #expect(ranked.map(\.label) == ["b", "a", "c"])
        #expect(ranked.map(\.probability) == [0.5, 0.25, 0.25])
        #expect(answer.best == ranked[0])
        #expect(Answer([0.5, 0.5], classes: ["a", "b"], usualCount: 1).best?.label == "a")
    }

    @Test func asManyClassesAreNamedAsWanted() {
        let answer = Answer([0.6, 0.7, 0.1], classes: ["a", "b", "c"], usualCount: 2)
        #expect(answer.naming(nil).predictions?.map(\.label) == ["b", "a"])
        #expect(answer.naming(1).predictions?.map(\.label) == ["b"])
        #expect(answer.naming(9).predictions?.count == 3)
        let none = Answer([0.1], classes: ["a"], usualCount: 0).naming(nil)
        #expect(none.predictions == [] && none.best == nil)
    }

    @Test func modelIsNamedLikeItsData() {
        #expect(ModelBundle.defaultPath(forData: "/home/ann/photos/") == "photos.graft")
        #expect(ModelBundle.defaultPath(forData: "../pets") == "pets.graft")
        #expect(ModelBundle.defaultPath(forData: ".") == "model.graft")
    }
}
