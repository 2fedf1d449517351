internal import GraftFiles
internal import GraftImages

extension Stage {
    /// The keys of a stage, in the order in which they are written.
    static let keys = [
        "name", "train", "epochs", "patience", "batch-size", "optimizer", "learning-rate", "rates",
        "layer-decay",
        "schedule", "warmup", "loss", "label-smoothing", "class-weights", "clip", "average", "batch-norm",
        "augment",
        "variants", "mixup", "cutmix", "keep",
    ]

    /// A stage that stands in a recipe.
    init(_ entry: RecipeEntry, isFirst: Bool) throws(TrainingError) {
        let entries = try entry.entries(Stage.keys, expected: "a stage: name, train, epochs and so on")
        let name = try entries.required("name", in: entry, expected: "what the stage is called")
            .line(expected: "a name")
        let train = try entries.required(
            "train", in: entry, expected: "what the stage trains: head, all, 0.3 ...")
        self.init(name: name, trainable: try Trainable(train))
        try readSteps(entries, entry)
        try readLoss(entries)
        try readPictures(entries)
        if let entry = entries["batch-norm"] {
            batchNormalization = try entry.word(BatchStatistics.self) { $0 == .batch ? "train" : "stored" }
            guard trainable != .head || batchNormalization == .stored else {
                throw entry.error(
                    "is train, which has no effect where the head alone is trained", remedy: "Leave it out")
            }
        }
        if let entry = entries["keep"] {
            isKeptOnlyIfBetter = try entry.word(Keeping.self) == .ifBetter
            guard !isKeptOnlyIfBetter || !isFirst else {
                throw entry.error(
                    "is if-better, which has no effect in the first stage: there is nothing to compare with",
                    remedy: "Leave it out")
            }
        }
    }

    /// When a stage's result counts.
    private enum Keeping: String, CaseIterable {
        case always
        case ifBetter = "if-better"
    }

    /// How long it takes and how parameters change.
    private mutating func readSteps(_ entries: [String: RecipeEntry], _ stage: RecipeEntry)
        throws(TrainingError)
    {
        if let entry = entries["epochs"] {
            epochs = try entry.integer(1...1_000_000, expected: "a whole number, 1 or more")
        }
        if let entry = entries["patience"] {
            patience =
                entry.plain == "never"
                ? nil : try entry.integer(1...1_000_000, expected: "a whole number, 1 or more, or never")
        }
        if let entry = entries["batch-size"] {
            batchSize = try entry.integer(1...65536, expected: "a whole number, 1 to 65536")
        }
        if let entry = entries["optimizer"] { optimizer = try OptimizerSettings(entry) }
        let positive = "a number greater than 0"
        if let entry = entries["learning-rate"] {
            learningRate = try entry.number(expected: positive) { $0 > 0 }
        } else if trainable != .head {
            throw stage.error(
                "has no learning-rate",
                expected: "one: where more than the head is trained, a small one, such as 2e-5")
        }
        if let entry = entries["rates"] {
            let expected = "a list of {layers: [...], learning-rate: ...}"
            rates = try entry.list(expected: expected).map { (entry) throws(TrainingError) in
                let parts = try entry.entries(["layers", "learning-rate"], expected: expected)
                let layers = try parts.required(
                    "layers", in: entry, expected: "names or patterns of layers, or head")
                let rate = try parts.required("learning-rate", in: entry, expected: positive)
                return GroupRate(
                    layers: try layers.texts(expected: "a list of names or patterns of layers"),
                    learningRate: try rate.number(expected: positive) { $0 > 0 })
            }
        }
        if let entry = entries["layer-decay"] {
            layerDecay = try entry.number(expected: "a number greater than 0 and below 1") {
                $0 > 0 && $0 < 1
            }
        }
        if let entry = entries["schedule"] { schedule = try Schedule(entry) }
        if let entry = entries["warmup"] {
            let limit = epochs
            let expected = "a number of epochs, at least 0 and below the \(limit) of the stage"
            _ = try entry.number(expected: expected) { $0 >= 0 && $0 < Float(limit) }
            warmup = entry.plain.flatMap(Double.init) ?? 0
        }
        if let entry = entries["clip"] {
            let choice = try entry.choice(words: [], keys: ["norm", "value"])
            let limit = try choice.value?.number(expected: positive) { $0 > 0 } ?? 1
            clipping = choice.name == "norm" ? .norm(limit) : .value(limit)
        }
        if let entry = entries["average"] {
            averaging = try entry.number(expected: "a number greater than 0 and below 1") { $0 > 0 && $0 < 1 }
        }
    }

    /// What is minimised.
    private mutating func readLoss(_ entries: [String: RecipeEntry]) throws(TrainingError) {
        if let entry = entries["loss"] { loss = try Loss(entry) }
        if let entry = entries["label-smoothing"] {
            labelSmoothing = try entry.number(expected: "a number of at least 0 and below 1") {
                $0 >= 0 && $0 < 1
            }
            switch loss {
            case .meanSquaredError, .meanAbsoluteError, .huber:
                throw entry.error(
                    "has no effect with the loss of numbers", expected: "classes", remedy: "Leave it out")
            default: break
            }
        }
        if let entry = entries["class-weights"] { classWeights = try ClassWeights(entry) }
    }

    /// What becomes of the pictures.
    private mutating func readPictures(_ entries: [String: RecipeEntry]) throws(TrainingError) {
        if let entry = entries["augment"] {
            let text = try entry.line(expected: "an augmentation, such as flip, or none")
            do {
                augmentation = try Augmentation(parsing: text)
            } catch {
                let problem = error.problem
                throw TrainingError(
                    "\(entry.file), line \(entry.value.line): augment: \(problem.subject)",
                    found: problem.found,
                    expected: problem.expected, remedy: problem.remedy)
            }
        }
        if let entry = entries["variants"] {
            guard augmentation != .none else {
                throw entry.error(
                    "has no effect without augment", remedy: "Leave it out, or say how to augment")
            }
            variants =
                entry.plain == "recompute"
                ? .recomputed
                : .cached(try entry.integer(1...10_000, expected: "a whole number, 1 or more, or recompute"))
        }
        let blends: [(String, (Float) -> Mixing)] = [
            ("mixup", { .mixup(alpha: $0) }), ("cutmix", { .cutMix(alpha: $0) }),
        ]
        for (key, blend) in blends {
            guard let entry = entries[key] else { continue }
            guard mixing == nil else {
                throw entry.error("stands beside mixup", expected: "one of mixup and cutmix")
            }
            mixing = blend(
                try entry.number(expected: "alpha, a number greater than 0, such as 0.2") { $0 > 0 })
        }
    }
}
