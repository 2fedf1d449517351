import Testing

@testable import Models

@Suite struct PredictionTests {
    @Test func classesAreRankedByFallingProbabilityAndThenInOrder() {
        let ranked = Prediction.ranked([0.25, 0.5, 0.25] as [Float], classes: ["a", "b", "c"])
        #expect(ranked.map(\.label) == ["b", "a", "c"])
        #expect(ranked.map(\.probability) == [0.5, 0.25, 0.25])
    }

    @Test func sizesAreReadAsPeopleWriteThem() {
        #expect(ByteCount("500MB")?.value == 500_000_000)
        #expect(ByteCount("2 GiB")?.value == 2_147_483_648)
        #expect(ByteCount("1.5g")?.value == 1_500_000_000)
        #expect(ByteCount("12")?.value == 12)
        for wrong in ["", "MB", "-1MB", "1XB", "1e400GB", "nan"] {
            #expect(ByteCount(wrong) == nil, "\(wrong)")
        }
    }

    @Test func modelIsNamedLikeItsData() {
        #expect(ModelBundle.defaultPath(forData: "/home/ann/photos/") == "photos.graft")
        #expect(ModelBundle.defaultPath(forData: "../pets") == "pets.graft")
        #expect(ModelBundle.defaultPath(forData: ".") == "model.graft")
    }
}
