import Foundation
import GraftFiles
import GraftImages
import Testing

@testable import GraftTraining

/// Impossible settings are refused when a recipe is made, whoever makes it.
@Suite struct RecipeCheckTests {
    /// What making a recipe of a changed stage says; `nil` where nothing is wrong.
    private func refusal(
        train: Trainable = .share(0.3), _ change: (inout Stage) -> Void
    ) -> String? {
        var stage = Stage(name: "joint", trainable: train)
        change(&stage)
        do {
            _ = try Recipe(name: "mine", stages: [Stage(name: "head", trainable: .head), stage])
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test func everyBuiltInRecipeIsPossible() throws {
        for recipe in Recipe.builtIn {
            #expect(throws: Never.self, "\(recipe.name)") { try recipe.changing { _ in } }
        }
        #expect(refusal { _ in } == nil)
    }

    @Test func impossibleNumbersAreRefused() {
        let count = "expected a whole number, 1 or more."
        let positive = "expected a number greater than 0."
        let inner = "expected a number greater than 0 and below 1."
        let share = "expected a number of at least 0 and below 1."
        let changes: [(String, (inout Stage) -> Void)] = [
            ("epochs is 0; \(count)", { $0.epochs = 0 }),
            ("epochs is -3; \(count)", { $0.epochs = -3 }),
            ("patience is 0; expected a whole number, 1 or more, or never.", { $0.patience = 0 }),
            ("batch-size is 0; expected a whole number, 1 to 65536.", { $0.batchSize = 0 }),
            ("batch-size is -1; expected a whole number, 1 to 65536.", { $0.batchSize = -1 }),
            ("learning-rate is nan; \(positive)", { $0.learningRate = .nan }),
            ("learning-rate is inf; \(positive)", { $0.learningRate = .infinity }),
            ("learning-rate is 0.0; \(positive)", { $0.learningRate = 0 }),
            (
                "rates: learning-rate is -1.0; \(positive)",
                { $0.rates = [GroupRate(layers: ["head"], learningRate: -1)] }
            ),
            (
                "rates: layers is empty or holds nothing; expected a list of names or patterns of layers.",
                { $0.rates = [GroupRate(layers: [], learningRate: 1)] }
            ),
            ("layer-decay is 1.0; \(inner)", { $0.layerDecay = 1 }),
            ("average is nan; \(inner)", { $0.averaging = .nan }),
            (
                "warmup is 20.0; expected a number of epochs, at least 0 and below the 20 of the stage.",
                { $0.warmup = 20 }
            ),
            (
                "warmup is nan; expected a number of epochs, at least 0 and below the 20 of the stage.",
                { $0.warmup = .nan }
            ),
            ("label-smoothing is 1.0; \(share)", { $0.labelSmoothing = 1 }),
            ("loss: huber: delta is 0.0; \(positive)", { $0.loss = .huber(delta: 0) }),
            (
                "class-weights: cats is -1.0; expected a number of at least 0.",
                { $0.classWeights = .given(["cats": -1]) }
            ),
            (
                "optimizer has momentum nan; \(share)",
                {
                    $0.optimizer = OptimizerSettings(.sgd); $0.optimizer.momentum = .nan
                }
            ),
            (
                "schedule has the factor 2.0 a step; expected a number between 0 and 1.",
                { $0.schedule = .step(epochs: 1, factor: 2) }
            ),
            ("clip is at the norm 0.0; \(positive)", { $0.clipping = .norm(0) }),
            ("mixup has alpha nan; \(positive)", { $0.mixing = .mixup(alpha: .nan) }),
            ("augment has rotation 200.0; it must be 0 to 180.", { $0.augmentation.rotation = 200 }),
            (
                "variants is 0; expected a whole number, 1 or more, or recompute.",
                {
                    $0.augmentation = .light; $0.variants = .cached(0)
                }
            ),
            (
                "train is nan; expected a share greater than 0 and less than 1. To freeze so many layers, write {freeze-first: 15}.",
                { $0.trainable = .share(.nan) }
            ),
            (
                "train: blocks is 0; expected a whole number of blocks, 1 or more.",
                { $0.trainable = .blocks(0) }
            ),
            (
                "train: layers is empty or holds nothing; expected a list of names or patterns of layers.",
                { $0.trainable = .layers([]) }
            ),
        ]
        for (sentence, change) in changes { #expect(refusal(change) == "Stage joint: \(sentence)") }
    }

    @Test func settingsWithoutEffectAreRefused() {
        #expect(
            refusal { $0.variants = .recomputed }
                == "Stage joint: variants has no effect without augment. Leave it out, or say how to augment."
        )
        #expect(
            refusal {
                $0.loss = .meanSquaredError
                $0.labelSmoothing = 0.1
            }
                == "Stage joint: label-smoothing has no effect with the loss of numbers; expected classes. Leave it out."
        )
        #expect(
            refusal(train: .head) { $0.batchNormalization = .batch }
                == "Stage joint: batch-norm is train, which has no effect where the head alone is trained. Leave it out."
        )
        #expect(
            refusal { $0.name = "head" }
                == "Stage head is called head, as one before it; expected a name of its own.")
    }

    @Test func headAndListOfStagesAreChecked() {
        func sentence(_ head: HeadDesign, _ stages: [Stage]) -> String? {
            #expect(throws: TrainingError.self) { try Recipe(name: "mine", head: head, stages: stages) }?
                .description
        }
        let stages = [Stage(name: "head", trainable: .head)]
        let share = "expected a number of at least 0 and below 1."
        #expect(sentence(.pooled(dropout: 1.5), stages) == "Recipe mine: head: dropout is 1.5; \(share)")
        #expect(sentence(.pooled(dropout: .nan), stages) == "Recipe mine: head: dropout is nan; \(share)")
        #expect(
            sentence(.flattened(units: [256, 0], dropout: 0.5), stages)
                == "Recipe mine: head has a dense layer of 0 units; expected a whole number of units, 1 to 1000000."
        )
        #expect(
            sentence(.usual, [])
                == "Recipe mine: stages is empty; expected a list of stages, each with name and train.")
        var first = stages[0]
        first.isKeptOnlyIfBetter = true
        #expect(
            sentence(.usual, [first])
                == "Stage head: keep is if-better, which has no effect in the first stage: there is nothing to compare "
                + "with. Leave it out.")
    }

    @Test func textIsRefusedInTheSameWordsAtItsLine() {
        let stages = "name: mine\nstages:\n  - name: joint\n    train: 0.3\n    learning-rate: 1e-3\n    "
        for (line, sentence) in [
            ("batch-size: 0", "batch-size is 0; expected a whole number, 1 to 65536."),
            (
                "warmup: 20",
                "warmup is 20; expected a number of epochs, at least 0 and below the 20 of the stage."
            ),
            (
                "optimizer: {rule: sgd, momentum: 1}",
                "optimizer has momentum 1.0; expected a number of at least 0 and below 1."
            ),
            ("mixup: 0", "mixup has alpha 0.0; expected a number greater than 0."),
            ("loss: {huber: {delta: 0}}", "delta is 0; expected a number greater than 0."),
        ] {
            let error = #expect(throws: TrainingError.self) {
                try Recipe(yaml: stages + line + "\n", path: "my.yaml")
            }
            #expect(error?.description == "my.yaml, line 6: \(sentence)")
        }
        let error = #expect(throws: TrainingError.self) {
            try Recipe(
                yaml: "name: mine\nhead: {flatten: [256], dropout: 1}\nstages: [{name: a, train: head}]\n",
                path: "my.yaml")
        }
        #expect(
            error?.description
                == "my.yaml, line 2: dropout is 1; expected a number of at least 0 and below 1.")
    }

    @Test func decodingGoesThroughTheSameCheck() throws {
        let text = String(decoding: try JSONEncoder().encode(Recipe.features), as: UTF8.self)
        #expect(try JSONDecoder().decode(Recipe.self, from: Data(text.utf8)) == .features)
        #expect(text.contains("\"batchSize\":32"))
        let error = #expect(throws: TrainingError.self) {
            let broken = text.replacing("\"batchSize\":32", with: "\"batchSize\":0")
            _ = try JSONDecoder().decode(Recipe.self, from: Data(broken.utf8))
        }
        #expect(error?.description == "Stage head: batch-size is 0; expected a whole number, 1 to 65536.")
    }
}
