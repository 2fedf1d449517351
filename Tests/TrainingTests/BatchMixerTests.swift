import GraftFiles
import GraftTensors
import Testing

@testable import GraftTraining

@Suite struct BatchMixerTests {
    @Test(arguments: [0.2, 1, 2.5]) func sharesHaveTheMomentsOfBeta(_ alpha: Double) {
        var generator = CounterGenerator(seed: 3)
        let shares = (0..<20_000).map { _ in Double(generator.nextBeta(alpha)) }
        let mean = shares.reduce(0, +) / 20_000
        let variance = shares.reduce(0) { $0 + ($1 - 0.5) * ($1 - 0.5) } / 20_000
        let fourth = shares.reduce(0) { $0 + ($1 - 0.5) * ($1 - 0.5) * ($1 - 0.5) * ($1 - 0.5) } / 20_000
        let expected = 1 / (4 * (2 * alpha + 1))
        #expect(abs(mean - 0.5) < 0.01)
        #expect(abs(variance - expected) < 0.02 * expected + 0.0005)
        // Kurtosis 3 - 6 / (2 · alpha + 3).
        #expect(abs(fourth / (variance * variance) - (3 - 6 / (2 * alpha + 3))) < 0.05)
        #expect(shares.allSatisfy { $0 >= 0 && $0 <= 1 })
    }

    @Test func tinyAlphaGivesSharesThatAreNumbers() {
        var generator = CounterGenerator(seed: 3)
        for _ in 0..<1000 {
            let share = generator.nextBeta(0.001)
            #expect(share >= 0 && share <= 1)
        }
    }

    @Test func mixupAveragesPicturesTargetsAndWeights() {
        let mix = BatchMix(partners: [1, 2, 0], share: 0.75)
        var pictures: [Float] = [0, 4, 8, 12, 16, 20, 99, 99]
        var span = pictures.mutableSpan
        mix.mix(&span, height: 1, width: 1, channels: 2)
        #expect(pictures == [2, 6, 10, 14, 12, 16, 99, 99])
        #expect(
            mix.mix(.labels([0, 1, 1]), width: 2)
                == .rows([0.75, 0.25, 0, 1, 0.25, 0.75], count: 3))
        #expect(mix.mix([4, 8, 0]) == [5, 6, 1])
    }

    @Test func cutMixPastesTheBoxOfThePartner() {
        let box = BatchMix.Box(rows: 1..<3, columns: 0..<1)
        let mix = BatchMix(partners: [1, 0], share: 4.0 / 6, box: box)
        var pictures = (0..<12).map(Float.init)
        var span = pictures.mutableSpan
        mix.mix(&span, height: 3, width: 2, channels: 1)
        #expect(pictures == [0, 1, 8, 3, 10, 5, 6, 7, 2, 9, 4, 11])
    }

    @Test func shareOfCutMixIsTheAreaLeft() {
        var generator = CounterGenerator(seed: 5)
        let mixer = BatchMixer(.cutMix(alpha: 1))
        var mean = 0.0
        for _ in 0..<2000 {
            let mix = mixer.draw(count: 4, height: 20, width: 30, using: &generator)
            guard let box = mix.box else {
                Issue.record("no box")
                return
            }
            #expect(box.rows.lowerBound >= 0 && box.rows.upperBound <= 20)
            #expect(box.columns.lowerBound >= 0 && box.columns.upperBound <= 30)
            #expect(mix.share == Float(1 - Double(box.rows.count * box.columns.count) / 600))
            #expect(mix.partners.sorted() == [0, 1, 2, 3])
            mean += Double(mix.share) / 2000
        }
        // A box of side s covers s - s²/4 of each direction on average, and s² is uniform: 0.679, more by
        // rounding sides down.
        #expect(mean > 0.64 && mean < 0.72)
    }

    @Test func sameGeneratorDrawsTheSame() {
        let draws = (0..<2).map { _ in
            var generator = CounterGenerator(seed: 8, purpose: "mix/1")
            return (0..<3).map { _ in
                BatchMixer(.mixup(alpha: 0.4)).draw(count: 8, height: 1, width: 1, using: &generator)
            }
        }
        #expect(draws[0] == draws[1])
        #expect(Set(draws[0].map(\.share)).count == 3)
    }

    @Test func alphaOfZeroIsExplained() {
        let error = #expect(throws: TrainingError.self) { try Mixing.mixup(alpha: 0).check() }
        #expect(error?.description == "the mixing has alpha 0.0; expected a number greater than 0.")
    }
}
