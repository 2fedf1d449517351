internal import GraftFiles
internal import GraftImages

extension Stage {
    /// The keys of a stage, in the order in which they are written.
    static let keys = [
        "name", "train", "epochs", "steps", "patience", "batch-size", "optimizer", "learning-rate",
        "rates", "layer-decay", "schedule", "warmup", "loss", "label-smoothing",
        "class-weights", "clip", "average", "batch-norm", "augment", "variants", "mixup",
        "cutmix",
        "keep", "least-errors", "alternatives",
    ]

    /// A stage that stands in a recipe.
    init(_ entry: RecipeEntry) throws(TrainingError) {
        let entries = try entry.entries(Stage.keys, expected: "a stage: name, train, epochs and so on")
        let name = try entries.required("name", in: entry, expected: "what the stage is called")
            .line(expected: "a name")
        let train = try entries.required(
            "train", in: entry, expected: "what the stage trains: head, all, 0.3 ...")
        self.init(name: name, trainable: try Trainable(train))
        if entries["learning-rate"] == nil, trainable != .head {
            throw entry.error(
                "has no learning-rate",
                expected: "one: where more than the head is trained, a small one, such as 2e-5")
        }
        try read(entries)
        if let entry = entries["alternatives"] {
            alternatives = try entry.list(expected: Expected.alternatives).map {
                (entry) throws(TrainingError) in try Alternative(entry)
            }
        }
    }

    private mutating func read(_ entries: [String: RecipeEntry]) throws(TrainingError) {
        try readSteps(entries)
        try readLoss(entries)
        try readPictures(entries)
        if let entry = entries["batch-norm"] {
            batchNormalization = try entry.word(BatchStatistics.self) { $0 == .batch ? "train" : "stored" }
        }
        if let entry = entries["keep"] { isKeptOnlyIfBetter = try entry.word(Keeping.self) == .ifBetter }
        if let entry = entries["least-errors"] { leastErrors = try entry.integer(expected: Expected.count) }
    }

    /// When a stage's result counts.
    private enum Keeping: String, CaseIterable {
        case always
        case ifBetter = "if-better"
    }

    /// How long it takes and how parameters change.
    private mutating func readSteps(_ entries: [String: RecipeEntry]) throws(TrainingError) {
        if let entry = entries["epochs"] { epochs = try entry.integer(expected: Expected.count) }
        if let entry = entries["steps"] { steps = try entry.integer(expected: Expected.count) }
        if let entry = entries["patience"] {
            patience =
                entry.plain == "never"
                ? nil : try entry.integer(expected: Expected.patience)
        }
        if let entry = entries["batch-size"] {
            batchSize = try entry.integer(expected: Expected.batchSize)
        }
        if let entry = entries["optimizer"] { optimizer = try OptimizerSettings(entry) }
        if let entry = entries["learning-rate"] {
            learningRate = try entry.number(expected: Expected.positive)
        }
        if let entry = entries["rates"] {
            let expected = "a list of {layers: [...], learning-rate: ...}"
            rates = try entry.list(expected: expected).map { (entry) throws(TrainingError) in
                let parts = try entry.entries(["layers", "learning-rate"], expected: expected)
                let layers = try parts.required(
                    "layers", in: entry, expected: "names or patterns of layers, or head")
                let rate = try parts.required("learning-rate", in: entry, expected: Expected.positive)
                return GroupRate(
                    layers: try layers.texts(expected: Expected.layers),
                    learningRate: try rate.number(expected: Expected.positive))
            }
        }
        if let entry = entries["layer-decay"] {
            layerDecay = try entry.number(expected: Expected.innerShare)
        }
        if let entry = entries["schedule"] { schedule = try Schedule(entry) }
        if let entry = entries["warmup"] {
            _ = try entry.number(expected: Expected.warmup(epochs))
            warmup = entry.plain.flatMap(Double.init) ?? 0
        }
        if let entry = entries["clip"] {
            let choice = try entry.choice(words: [], keys: ["norm", "value"])
            let limit = try choice.value?.number(expected: Expected.positive) ?? 1
            clipping = choice.name == "norm" ? .norm(limit) : .value(limit)
        }
        if let entry = entries["average"] {
            averaging = try entry.number(expected: Expected.innerShare)
        }
    }

    /// What is minimised.
    private mutating func readLoss(_ entries: [String: RecipeEntry]) throws(TrainingError) {
        if let entry = entries["loss"] { loss = try Loss(entry) }
        if let entry = entries["label-smoothing"] {
            labelSmoothing = try entry.number(expected: Expected.share)
        }
        if let entry = entries["class-weights"] { classWeights = try ClassWeights(entry) }
    }

    /// What becomes of the pictures.
    private mutating func readPictures(_ entries: [String: RecipeEntry]) throws(TrainingError) {
        if let entry = entries["augment"] { augmentation = try entry.augmentation() }
        if let entry = entries["variants"] { variants = try entry.variants() }
        mixing = try Mixing(entries)
    }
}

extension Alternative {
    /// The keys of another way to do a stage.
    static let keys = [
        "name", "train", "optimizer", "learning-rate", "augment", "variants", "mixup", "cutmix",
    ]

    /// Another way that stands in a recipe.
    fileprivate init(_ entry: RecipeEntry) throws(TrainingError) {
        let entries = try entry.entries(Alternative.keys, expected: Expected.alternatives)
        self.init(
            name: try entries.required("name", in: entry, expected: "what it is called").line(
                expected: "a name"))
        if let entry = entries["train"] { trainable = try Trainable(entry) }
        if let entry = entries["optimizer"] { optimizer = try OptimizerSettings(entry) }
        if let entry = entries["learning-rate"] {
            learningRate = try entry.number(expected: Expected.positive)
        }
        if let entry = entries["augment"] { augmentation = try entry.augmentation() }
        if let entry = entries["variants"] { variants = try entry.variants() }
        mixing = try Mixing(entries)
    }
}

extension Mixing {
    /// How pictures are blended; `nil` where nothing says it.
    fileprivate init?(_ entries: [String: RecipeEntry]) throws(TrainingError) {
        switch (entries["mixup"], entries["cutmix"]) {
        case (nil, nil): return nil
        case (let entry?, nil): self = .mixup(alpha: try entry.number(expected: Expected.alpha))
        case (nil, let entry?): self = .cutMix(alpha: try entry.number(expected: Expected.alpha))
        case (_, let entry?):
            throw entry.error("stands beside mixup", expected: "one of mixup and cutmix")
        }
    }
}

extension RecipeEntry {
    /// How pictures are changed at random.
    fileprivate func augmentation() throws(TrainingError) -> Augmentation {
        let text = try line(expected: "an augmentation, such as flip, or none")
        do {
            return try Augmentation(parsing: text)
        } catch {
            let problem = error.problem
            throw TrainingError(
                "\(file), line \(value.line): augment: \(problem.subject)", found: problem.found,
                expected: problem.expected, remedy: problem.remedy)
        }
    }

    /// How many variants there are.
    fileprivate func variants() throws(TrainingError) -> Variants {
        plain == "recompute" ? .recomputed : .cached(try integer(expected: Expected.variants))
    }
}
