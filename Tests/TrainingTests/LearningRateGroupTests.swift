import GraftFiles
import Testing

@testable import GraftTraining

@Suite struct LearningRateGroupTests {
    private func rates(_ stage: Stage, _ name: String = "vgg16.keras") throws -> [String: Float] {
        let fixture = try FreezingFixture(name)
        let trained = try stage.trainable.nodes(in: fixture.network, of: fixture.architecture)
        return try stage.learningRates(of: trained, in: fixture.network, fixture.architecture)
    }

    @Test func headAndConvolutionsMayHaveRatesOfTheirOwn() throws {
        let rates = try rates(Recipe.discriminative.stages[0])
        #expect(rates.count == 14)
        for (node, rate) in rates { #expect(rate == (node == Head.logits ? 5e-4 : 1e-4)) }
    }

    @Test func theFirstGroupThatFitsCounts() throws {
        var stage = Stage(name: "s", trainable: .blocks(1))
        stage.learningRate = 1
        stage.rates = [
            GroupRate(layers: ["block5_conv2"], learningRate: 2),
            GroupRate(layers: ["block5_*", "head"], learningRate: 3),
        ]
        #expect(
            try rates(stage) == ["block5_conv1": 3, "block5_conv2": 2, "block5_conv3": 3, Head.logits: 3])
    }

    @Test func decayLowersTheRateFromTheHeadDownward() throws {
        var stage = Stage(name: "s", trainable: .blocks(1))
        (stage.learningRate, stage.layerDecay) = (1, 0.5)
        #expect(
            try rates(stage) == [
                Head.logits: 1, "block5_conv3": 0.5, "block5_conv2": 0.25, "block5_conv1": 0.125,
            ])
        let residual = try rates(stage, "mobilenet_v2.keras")
        #expect(residual["Conv_1"] == 0.5)
        #expect(residual["Conv_1_bn"] == 0.5)
        #expect(residual["block_16_project"] == 0.25)
        #expect(residual["block_16_depthwise_BN"] == 0.125)
    }

    @Test func ratesOfFrozenOrUnknownLayersAreRefused() throws {
        var stage = Stage(name: "joint", trainable: .blocks(1))
        func message(_ pattern: String) -> String? {
            stage.rates = [GroupRate(layers: [pattern], learningRate: 1)]
            return #expect(throws: TrainingError.self) { try rates(stage) }?.description
        }
        #expect(
            message("block4_*")
                == "stage joint: rates: \"block4_*\" fits only layers that are frozen; expected layers that the stage trains."
        )
        #expect(message("blok5_*") == "\"blok5_*\" fits no layer of vgg16.keras. Did you mean block5_*?")
    }
}
