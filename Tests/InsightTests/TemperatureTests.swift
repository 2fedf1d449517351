import Testing

@testable import GraftInsight
@testable import GraftTraining

@Suite struct TemperatureTests {
    @Test func temperatureIsThatOfTheReference() throws {
        for set in try StatisticsFixture.load().temperature {
            let found = Temperature.fitted(
                logits: exact(set.logits, over: set.scale), labels: set.labels)
            #expect(agree(found, set.temperature))
        }
    }

    @Test func addingANumberToAllLogitsOfAPictureChangesNothing() throws {
        let set = try #require(try StatisticsFixture.load().temperature.first)
        let logits = exact(set.logits, over: set.scale)
        let moved = logits.enumerated().map { index, row in row.map { $0 + Float(index % 7) } }
        let found = try #require(Temperature.fitted(logits: moved, labels: set.labels))
        #expect(agree(found, set.temperature))
    }

    @Test func fewerThanFivePicturesGiveNone() {
        let logits = [[Float]](repeating: [4, 0], count: 4)
        #expect(Temperature.fitted(logits: logits, labels: [0, 0, 0, 1]) == nil)
        #expect(Temperature.fitted(logits: [], labels: []) == nil)
    }

    @Test func logitsThatAreAllEqualGiveNone() {
        let logits = [[Float]](repeating: [0, 0], count: 20)
        #expect(Temperature.fitted(logits: logits, labels: (0..<20).map { $0 % 2 }) == nil)
    }

    @Test func whereAllIsRightTheTemperatureIsTheLeastOneShrunk() throws {
        let logits = [[Float]](repeating: [0.5, 0], count: 20)
        let found = Temperature.fitted(logits: logits, labels: [Int](repeating: 0, count: 20))
        // Half of the way on the log scale: √0.05.
        #expect(agree(found, 0.05.squareRoot()))
    }

    @Test func logarithmsOfZeroAreUsable() throws {
        var logits = [[Float]](repeating: [0, -.infinity], count: 20)
        logits[3] = [-.infinity, -.infinity]
        let labels = (0..<20).map { $0 % 4 == 1 ? 1 : 0 }
        let found = try #require(Temperature.fitted(logits: logits, labels: labels))
        #expect(found.isFinite && found > 1)
    }

    @Test func whereTheSearchStartsDoesNotMatter() throws {
        for set in try StatisticsFixture.load().temperature {
            let fit = TemperatureFit(logits: exact(set.logits, over: set.scale), labels: set.labels)
            let expected = fit.fitted(startingAt: 1) { _ in true }.unshrunk
            for start in [0.05, 0.3, 5, 20] {
                #expect(agree(fit.fitted(startingAt: start) { _ in true }.unshrunk, expected))
            }
        }
    }

    @Test func searchEndsWhereStepsLeadTooFarToBothSides() {
        // With one class far above many others, the slope is nearly a step: flat on both of its sides.
        let row = [Float(10)] + [Float](repeating: 0, count: 199)
        let fit = TemperatureFit(logits: [row, row], labels: [0, 1])
        // The first class has a probability of one half where exp(10·β) = 199.
        for start in [0.05, 1, 20] {
            #expect(abs(fit.fitted(startingAt: start) { _ in true }.unshrunk - 0.5293304824724492) < 1e-9)
        }
    }

    @Test func probabilitiesAreThoseOfLogitsThatAreDivided() {
        // The logits 2 log 3, 0 and log 3, and those divided by 2: powers 9, 1, 3 and 3, 1, √3.
        let found = Temperature.applied(2, to: [9 / 13, 1 / 13, 3 / 13])
        let sum = 4 + Float(3).squareRoot()
        for (one, other) in zip(found, [3 / sum, 1 / sum, Float(3).squareRoot() / sum]) {
            #expect(abs(one - other) < 1e-6)
        }
        #expect(Temperature.applied(0.5, to: [1, 0]) == [1, 0])
    }
}
