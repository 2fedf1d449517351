internal import GraftFiles

extension OptimizerSettings {
    /// The keys that have an effect with a rule.
    private static func keys(of rule: Rule) -> [String] {
        switch rule {
        case .sgd: ["rule", "momentum", "nesterov", "weight-decay"]
        case .rmsprop: ["rule", "momentum", "decay", "epsilon", "weight-decay"]
        case .adam, .adamw: ["rule", "betas", "epsilon", "weight-decay"]
        }
    }

    /// An optimizer that stands in a recipe.
    init(_ entry: RecipeEntry) throws(TrainingError) {
        guard entry.isMapping else {
            self.init(try entry.word(Rule.self))
            return
        }
        let all = ["rule", "momentum", "nesterov", "decay", "betas", "epsilon", "weight-decay"]
        let entries = try entry.entries(all, expected: "an optimizer")
        let rules = Rule.allCases.map(\.rawValue).alternatives
        self.init(try entries.required("rule", in: entry, expected: rules).word(Rule.self))
        let keys = OptimizerSettings.keys(of: rule)
        if let other = entries.values.filter({ !keys.contains($0.key) }).min(by: { $0.key < $1.key }) {
            throw other.error(
                "has no effect with \(rule.rawValue)", expected: keys.dropFirst().map { $0 }.alternatives,
                remedy: "Leave it out")
        }
        if let entry = entries["momentum"] { momentum = try entry.number(expected: Expected.share) }
        if let entry = entries["nesterov"] { isNesterov = try entry.flag() }
        if let entry = entries["decay"] { decay = try entry.number(expected: Expected.share) }
        if let entry = entries["betas"] {
            betas = try entry.list(expected: "two numbers, as in [0.9, 0.999]")
                .map { (entry) throws(TrainingError) in try entry.number(expected: Expected.share) }
        }
        if let entry = entries["epsilon"] { epsilon = try entry.number(expected: Expected.positive) }
        if let entry = entries["weight-decay"] { weightDecay = try entry.number(expected: Expected.least) }
    }
}

extension Schedule {
    /// What a cosine falls to, where a recipe does not say.
    static let usualFinal: Float = 0
    /// How long one cycle rises, where a recipe does not say.
    static let usualRise: Float = 0.3

    /// A schedule that stands in a recipe.
    init(_ entry: RecipeEntry) throws(TrainingError) {
        let choice = try entry.choice(
            words: ["constant", "cosine", "one-cycle"],
            keys: ["step", "cosine", "one-cycle", "reduce-on-plateau"])
        func part(_ key: String) throws(TrainingError) -> RecipeEntry? {
            try choice.value?.entries([key], expected: "{\(key): ...}").required(
                key, in: choice.value ?? entry, expected: "a number")
        }
        switch choice.name {
        case "cosine":
            self = .cosine(final: try part("final")?.number(expected: Expected.share) ?? Schedule.usualFinal)
        case "one-cycle":
            self = .oneCycle(
                rise: try part("rise")?.number(expected: Expected.innerShare) ?? Schedule.usualRise)
        case "step", "reduce-on-plateau":
            let value = choice.value ?? entry
            let parts = try value.entries(["epochs", "factor"], expected: "{epochs: ..., factor: ...}")
            let epochs = try parts.required("epochs", in: value, expected: "a number of epochs")
                .integer(expected: Expected.count)
            let factor = try parts.required("factor", in: value, expected: "a number between 0 and 1")
                .number(expected: Expected.innerShare)
            self =
                choice.name == "step"
                ? .step(epochs: epochs, factor: factor) : .reduceOnPlateau(epochs: epochs, factor: factor)
        default: self = .constant
        }
    }
}

extension Loss {
    /// Where Huber's loss becomes linear, where a recipe does not say.
    private static let usualDelta: Float = 1

    /// The losses without a number, by name.
    static let named: [(name: String, loss: Loss)] = [
        ("cross-entropy", .crossEntropy), ("binary-cross-entropy", .binaryCrossEntropy),
        ("mean-squared-error", .meanSquaredError), ("mean-absolute-error", .meanAbsoluteError),
        ("huber", .huber(delta: usualDelta)),
    ]

    /// A loss that stands in a recipe.
    init(_ entry: RecipeEntry) throws(TrainingError) {
        let choice = try entry.choice(words: Loss.named.map(\.name), keys: ["huber"])
        guard let value = choice.value else {
            self = Loss.named.first { $0.name == choice.name }?.loss ?? .crossEntropy
            return
        }
        let parts = try value.entries(["delta"], expected: "{delta: ...}")
        let delta = try parts.required("delta", in: value, expected: Expected.positive)
        self = .huber(delta: try delta.number(expected: Expected.positive))
    }
}

extension ClassWeights {
    /// What weights of classes may be.
    static let expected = "equal, balanced or a number for each class that counts otherwise, as in {cats: 2}"

    /// Weights of classes that stand in a recipe.
    init(_ entry: RecipeEntry) throws(TrainingError) {
        let expected = ClassWeights.expected
        switch entry.plain {
        case "equal": self = .equal
        case "balanced": self = .balanced
        default:
            var weights: [String: Float] = [:]
            for entry in try entry.entries(expected: expected) {
                weights[entry.key] = try entry.number(expected: Expected.least)
            }
            self = .given(weights)
        }
    }
}
