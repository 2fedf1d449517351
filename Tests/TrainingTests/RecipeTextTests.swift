import Foundation
import GraftFiles
import GraftImages
import Testing

@testable import GraftTraining

/// Recipes as YAML.
@Suite struct RecipeTextTests {
    /// A recipe with every key.
    static let complete = """
        name: complete
        summary: "every key: once"
        pretrained: false
        head: {flatten: [256, 64], dropout: 0.5}
        stages:
          - name: head
            train: head
            epochs: 12
            patience: never
            batch-size: 16
            optimizer: {rule: sgd, momentum: 0.9, nesterov: true, weight-decay: 1e-4}
            learning-rate: 1e-3
            schedule: {step: {epochs: 10, factor: 0.1}}
            clip: {value: 0.5}
            mixup: 0.2
          # The second one.
          - name: joint
            train: {layers: [block5_*, "*_bn"]}
            epochs: 20
            patience: 3
            optimizer:
              rule: adamw
              betas: [0.9, 0.98]
              epsilon: 1e-6
            learning-rate: 0.0001
            rates:
              - {layers: [head], learning-rate: 5e-4}
              - layers: [block5_conv?]
                learning-rate: 2e-4
            layer-decay: 0.9
            schedule: {cosine: {final: 0.01}}
            warmup: 0.5
            loss: {huber: {delta: 2}}
            class-weights: {cats: 2, "dogs & wolves": 0.5}
            clip: {norm: 1}
            average: 0.999
            batch-norm: train
            augment: flip
            variants: 4
            cutmix: 1
            keep: if-better
        """

    private func read(_ text: String) throws -> Recipe { try Recipe(yaml: text, path: "my.yaml") }

    /// A recipe with one stage that has these lines beside.
    private static func one(train: String = "all", _ lines: String...) -> String {
        "name: one\nstages:\n  - name: first\n    train: \(train)\n    learning-rate: 1e-4\n"
            + lines.map { "    \($0)\n" }.joined()
    }

    private func stage(train: String = "all", _ line: String) throws -> Stage {
        try #require(try read(RecipeTextTests.one(train: train, line)).stages.first)
    }

    @Test func everyKeyIsRead() throws {
        let recipe = try read(RecipeTextTests.complete)
        #expect(recipe.name == "complete")
        #expect(recipe.summary == "every key: once")
        #expect(!recipe.isPretrained)
        #expect(recipe.head == .flattened(units: [256, 64], dropout: 0.5))
        var head = Stage(name: "head", trainable: .head)
        (head.epochs, head.patience, head.batchSize) = (12, nil, 16)
        head.optimizer = OptimizerSettings(.sgd)
        (head.optimizer.momentum, head.optimizer.isNesterov, head.optimizer.weightDecay) = (0.9, true, 1e-4)
        head.learningRate = 1e-3
        head.schedule = .step(epochs: 10, factor: 0.1)
        head.clipping = .value(0.5)
        head.mixing = .mixup(alpha: 0.2)
        #expect(recipe.stages.first == head)
        var joint = Stage(name: "joint", trainable: .layers(["block5_*", "*_bn"]))
        (joint.epochs, joint.patience) = (20, 3)
        joint.optimizer = OptimizerSettings(.adamw)
        (joint.optimizer.betas, joint.optimizer.epsilon) = ([0.9, 0.98], 1e-6)
        joint.learningRate = 1e-4
        joint.rates = [
            GroupRate(layers: ["head"], learningRate: 5e-4),
            GroupRate(layers: ["block5_conv?"], learningRate: 2e-4),
        ]
        joint.layerDecay = 0.9
        joint.schedule = .cosine(final: 0.01)
        joint.warmup = 0.5
        joint.loss = .huber(delta: 2)
        joint.classWeights = .given(["cats": 2, "dogs & wolves": 0.5])
        joint.clipping = .norm(1)
        joint.averaging = 0.999
        joint.batchNormalization = .batch
        joint.augmentation.horizontalFlip = true
        joint.variants = .cached(4)
        joint.mixing = .cutMix(alpha: 1)
        joint.isKeptOnlyIfBetter = true
        #expect(recipe.stages.last == joint)
    }

    @Test(arguments: Recipe.builtIn)
    func builtInRecipeIsTheSameAfterWritingAndReading(_ recipe: Recipe) throws {
        #expect(try read(recipe.yaml) == recipe)
        #expect(try Recipe.named(recipe.name) == recipe)
        #expect(!recipe.summary.isEmpty)
    }

    @Test func everythingThatIsReadIsWritten() throws {
        let recipe = try read(RecipeTextTests.complete)
        #expect(try read(recipe.yaml) == recipe)
    }

    @Test func namesOfAnyLettersSurvive() throws {
        for name in [
            "plain", "two words", "yes", "12", "1e5", "a: b", "#", "- x", "[", "\"quoted\" \\ it's",
            "R&D &x *y", "naïve 猫 🐈",
            "tab\tthere", "trailing ", " leading", "%", "@", "~", "null", "a\u{2028}b\u{85}c", "0x1F", "-",
            "?", "!tag",
        ] {
            guard !name.contains(where: \.isNewline) else { continue }
            var stage = Recipe.features.stages[0]
            stage.classWeights = .given([name: 2])
            stage.trainable = .layers([name])
            let recipe = try Recipe(name: "features", summary: name, stages: [stage])
            #expect(try read(recipe.yaml) == recipe, "\(name)")
        }
    }

    @Test func whatIsLeftOutIsAsUsual() throws {
        let recipe = try read("name: short\nstages:\n  - {name: head, train: head}\n")
        #expect(try recipe == Recipe(name: "short", stages: [Stage(name: "head", trainable: .head)]))
    }

    /// A line for each key of a stage, with what a recipe holds then, and beside it a second value of the
    /// key.
    @Test(
        arguments: [
            ("epochs", "3", "4"), ("steps", "100", "400"), ("patience", "3", "never"),
            ("batch-size", "8", "9"),
            ("optimizer", "sgd", "{rule: sgd, momentum: 0.5}"), ("learning-rate", "1e-2", "0.2"),
            ("rates", "[{layers: [a], learning-rate: 1}]", "[{layers: [a], learning-rate: 2}]"),
            ("layer-decay", "0.5", "0.6"), ("schedule", "cosine", "one-cycle"), ("warmup", "1", "0.25"),
            ("loss", "huber", "mean-absolute-error"), ("label-smoothing", "0.1", "0.2"),
            ("class-weights", "balanced", "{a: 2}"), ("clip", "{norm: 1}", "{value: 1}"),
            ("average", "0.9", "0.99"),
            ("batch-norm", "train", "stored"), ("augment", "flip", "none"), ("mixup", "0.1", "0.3"),
            ("cutmix", "0.1", "0.3"),
        ])
    func noKeyIsIgnored(_ key: String, _ first: String, _ second: String) throws {
        func recipe(_ line: String) throws -> Recipe {
            try read("name: one\nstages:\n  - name: first\n    train: all\n\(line)")
        }
        let rate = key == "learning-rate" ? "" : "    learning-rate: 1e-4\n"
        let one = try recipe("\(rate)    \(key): \(first)\n")
        let other = try recipe("\(rate)    \(key): \(second)\n")
        #expect(one != other)
        #expect(try read(one.yaml) == one)
        #expect(try read(other.yaml) == other)
        if !rate.isEmpty { #expect(try recipe(rate) != one) }
    }

    @Test func keysThatNeedAnotherAreNotIgnoredEither() throws {
        #expect(try stage("augment: flip\n    variants: 3").variants == .cached(3))
        #expect(try stage("augment: flip\n    variants: recompute").variants == .recomputed)
        // Every key is in one of these tests.
        let tested = [
            "epochs", "steps", "patience", "batch-size", "optimizer", "learning-rate", "rates", "layer-decay",
            "schedule", "warmup",
            "loss", "label-smoothing", "class-weights", "clip", "average", "batch-norm", "augment", "mixup",
            "cutmix",
        ]
        #expect(
            Set(tested + ["name", "train", "variants", "keep", "least-errors", "alternatives"])
                == Set(Stage.keys))
    }

    private static let withAlternatives = """
        name: mine
        budget: 90s
        stages:
          - {name: head, train: head}
          - name: tune
            train: 0.5
            learning-rate: 1e-4
            augment: flip
            variants: recompute
            keep: if-better
            least-errors: 5
            alternatives:
              - {name: faster, learning-rate: 1e-3}
              - {name: plain, augment: none}
              - {name: all, train: all, mixup: 0.2}

        """

    @Test func alternativesAreTheStageButForWhatTheySay() throws {
        let recipe = try read(Self.withAlternatives)
        let stage = recipe.stages[1]
        #expect(recipe.budget == 90 && stage.leastErrors == 5)
        #expect(stage.alternatives.map(\.name) == ["faster", "plain", "all"])
        var faster = stage
        (faster.name, faster.learningRate, faster.alternatives) = ("faster", 1e-3, [])
        #expect(stage.ways.count == 4 && stage.ways[0] == stage && stage.ways[1] == faster)
        #expect(stage.ways[2].augmentation.isNone && stage.ways[2].variants == nil)
        #expect(stage.ways[3].trainable == .all && stage.ways[3].mixing == .mixup(alpha: 0.2))
        #expect(stage.ways[3].variants == .recomputed)
        #expect(try read(recipe.yaml) == recipe)
        #expect(try JSONDecoder().decode(Recipe.self, from: JSONEncoder().encode(recipe)) == recipe)
    }

    @Test(
        arguments: [
            ("{name: faster, learning-rate: 1e-3}", "{name: tune, learning-rate: 1e-3}", "name is tune"),
            ("{name: faster, learning-rate: 1e-3}", "{name: faster}", "is as the stage itself"),
            ("{name: faster, learning-rate: 1e-3}", "{name: faster, epochs: 3}", "is no key of"),
            ("{name: faster, learning-rate: 1e-3}", "{name: plain, learning-rate: 1e-3}", "is plain"),
            ("{name: faster, learning-rate: 1e-3}", "{name: faster, learning-rate: 0}", "greater than 0"),
            ("{name: faster, learning-rate: 1e-3}", "{learning-rate: 0.1}", "has no name"),
            ("keep: if-better", "keep: always", "has no effect in a stage whose result always counts"),
            ("90s", "90", "a time such as 90s"), ("90s", "0m", "a time such as 90s"),
            ("least-errors: 5", "least-errors: 0", "a whole number, 1 or more"),
        ])
    func alternativesThatCannotBeAreErrors(_ right: String, _ wrong: String, _ words: String) {
        let error = #expect(throws: TrainingError.self) {
            try read(Self.withAlternatives.replacing(right, with: wrong))
        }
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }

    @Test func everyWayToSayWhatIsTrainedIsRead() throws {
        func trainable(_ text: String) throws -> Trainable? {
            let trainable = try stage(train: text, "epochs: 5").trainable
            #expect(
                try read(read(RecipeTextTests.one(train: text)).yaml).stages.first?.trainable == trainable)
            return trainable
        }
        #expect(try trainable("head") == .head)
        #expect(try trainable("all") == .all)
        #expect(try trainable("0.3") == .share(0.3))
        #expect(try trainable("{from: block5_conv1}") == .from("block5_conv1"))
        #expect(try trainable("{freeze-first: 15}") == .freezingFirst(15))
        #expect(try trainable("{freeze: [\"*_bn\", conv1]}") == .freezing(["*_bn", "conv1"]))
        #expect(try trainable("{layers: [block5_*]}") == .layers(["block5_*"]))
        #expect(try trainable("{blocks: 2}") == .blocks(2))
    }

    @Test func everyHeadIsRead() throws {
        func head(_ text: String) throws -> HeadDesign {
            let recipe = try read("name: a\nhead: \(text)\nstages: [{name: b, train: head}]\n")
            #expect(try read(recipe.yaml) == recipe)
            return recipe.head
        }
        #expect(try head("pooled") == .pooled(dropout: 0.2))
        #expect(try head("{pooled: [], dropout: 0}") == .pooled(dropout: 0))
        #expect(try head("{pooled: [256], dropout: 0.3}") == .pooledDense(units: [256], dropout: 0.3))
        #expect(try head("{flatten: [4096, 4096]}") == .flattened(units: [4096, 4096], dropout: 0.5))
        #expect(try head("flatten") == .flattened(units: [], dropout: 0))
    }

    @Test func everyScheduleLossAndOptimizerIsRead() throws {
        func check<Value: Equatable>(_ line: String, _ part: (Stage) -> Value, _ value: Value) throws {
            let recipe = try read(RecipeTextTests.one(line))
            #expect(part(recipe.stages[0]) == value)
            #expect(try read(recipe.yaml) == recipe)
        }
        try check("schedule: constant", \.schedule, .constant)
        try check("schedule: one-cycle", \.schedule, .oneCycle(rise: 0.3))
        try check("schedule: {one-cycle: {rise: 0.2}}", \.schedule, .oneCycle(rise: 0.2))
        try check(
            "schedule: {reduce-on-plateau: {epochs: 3, factor: 0.5}}", \.schedule,
            .reduceOnPlateau(epochs: 3, factor: 0.5))
        try check("loss: cross-entropy", \.loss, .crossEntropy)
        try check("loss: binary-cross-entropy", \.loss, .binaryCrossEntropy)
        try check("loss: mean-squared-error", \.loss, .meanSquaredError)
        var rmsprop = OptimizerSettings(.rmsprop)
        (rmsprop.decay, rmsprop.momentum) = (0.95, 0.1)
        try check("optimizer: {rule: rmsprop, decay: 0.95, momentum: 0.1}", \.optimizer, rmsprop)
        try check("optimizer: adamw", \.optimizer, OptimizerSettings(.adamw))
    }
}
