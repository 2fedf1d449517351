package import GraftDatasets
internal import GraftFiles
internal import GraftImages

extension Stage {
    /// Checks that the settings have an effect on data of this kind; what does not depend on data was checked
    /// when the recipe was made.
    ///
    /// - Throws: ``TrainingError``.
    package func check(for task: LearningTask) throws {
        let loss = try loss(for: task)
        try loss.check("Stage \(name): the loss", labelSmoothing: labelSmoothing)
        if !task.rules.hasClasses, classWeights != .equal {
            throw TrainingError(
                "Stage \(name): the class weights", found: "have no effect on numbers",
                remedy: "Leave them out")
        }
    }

    /// Checks that the settings are possible and have an effect, whatever the network and the data.
    func check(_ check: RecipeCheck) throws(RecipeFlaw) {
        try checkAlone(check)
        for (index, way) in alternatives.enumerated() {
            let place = ["alternatives", "\(index)"]
            try check.require(
                name != way.name && !alternatives[..<index].contains { $0.name == way.name },
                place + ["name"], "is \(way.name), as that of another way", "a name of its own")
            try check.require(
                !way.isEmpty, place, "is as the stage itself",
                "another choice of " + Array(Alternative.keys.dropFirst()).alternatives)
            var inner = check
            inner.prefix = place
            try changed(to: way).checkAlone(inner)
        }
    }

    private func checkAlone(_ check: RecipeCheck) throws(RecipeFlaw) {
        try check.require(
            !name.isEmpty && !name.contains(where: \.isNewline), ["name"], "is empty or has several lines",
            "a name")
        try trainable.check(check)
        try checkSteps(check)
        try checkLearningRates(check)
        try checkLoss(check)
        try checkPictures(check)
        try check.require(
            trainable != .head || batchNormalization == .stored, ["batch-norm"],
            "is train, which has no effect where the head alone is trained", nil, "Leave it out")
        if let leastErrors {
            try check.value(
                ["least-errors"], leastErrors, (1...1_000_000_000).contains(leastErrors), Expected.count)
            try check.require(
                isKeptOnlyIfBetter, ["least-errors"],
                "has no effect in a stage whose result always counts", "keep: if-better beside it",
                "Leave it out")
        }
    }

    private func checkSteps(_ check: RecipeCheck) throws(RecipeFlaw) {
        try check.value(["epochs"], epochs, (1...1_000_000).contains(epochs), Expected.count)
        if let steps {
            try check.value(["steps"], steps, (1...1_000_000_000).contains(steps), Expected.count)
        }
        if let patience {
            try check.value(["patience"], patience, (1...1_000_000).contains(patience), Expected.patience)
        }
        try check.value(["batch-size"], batchSize, (1...65536).contains(batchSize), Expected.batchSize)
        try check.own(["optimizer"]) { try optimizer.check() }
        try check.value(["warmup"], warmup, warmup >= 0 && warmup < Double(epochs), Expected.warmup(epochs))
        try check.own(["schedule"]) { try schedule.check(warmup: warmup, epochs: epochs) }
        try check.own(["clip"]) { try clipping?.check() }
        if let averaging {
            try check.value(["average"], averaging, averaging > 0 && averaging < 1, Expected.innerShare)
        }
    }

    private func checkLearningRates(_ check: RecipeCheck) throws(RecipeFlaw) {
        func isRate(_ rate: Float) -> Bool { rate > 0 && rate.isFinite }
        try check.value(["learning-rate"], learningRate, isRate(learningRate), Expected.positive)
        for (index, group) in rates.enumerated() {
            try check.require(
                group.layers.areNames, ["rates", "\(index)", "layers"], "is empty or holds nothing",
                Expected.layers)
            try check.value(
                ["rates", "\(index)", "learning-rate"], group.learningRate, isRate(group.learningRate),
                Expected.positive)
        }
        if let layerDecay {
            try check.value(
                ["layer-decay"], layerDecay, layerDecay > 0 && layerDecay < 1, Expected.innerShare)
        }
    }

    private func checkLoss(_ check: RecipeCheck) throws(RecipeFlaw) {
        try check.value(
            ["label-smoothing"], labelSmoothing, labelSmoothing >= 0 && labelSmoothing < 1, Expected.share)
        if let loss, !loss.isOfClasses {
            try check.require(
                labelSmoothing == 0, ["label-smoothing"], "has no effect with the loss of numbers", "classes",
                "Leave it out")
        }
        if case .huber(let delta) = loss {
            try check.value(
                ["loss", "huber", "delta"], delta, delta > 0 && delta.isFinite, Expected.positive)
        }
        if case .given(let weights) = classWeights {
            try check.require(!weights.isEmpty, ["class-weights"], "is empty", ClassWeights.expected)
            for (name, weight) in weights.sorted(by: { $0.key < $1.key }) {
                try check.value(
                    ["class-weights", name], weight, weight >= 0 && weight.isFinite, Expected.least)
            }
        }
    }

    private func checkPictures(_ check: RecipeCheck) throws(RecipeFlaw) {
        try check.own(["augment"]) { try augmentation.check() }
        if let variants {
            try check.require(
                augmentation != .none, ["variants"], "has no effect without augment", nil,
                "Leave it out, or say how to augment")
            if case .cached(let count) = variants {
                try check.value(["variants"], count, (1...10_000).contains(count), Expected.variants)
            }
        }
        switch mixing {
        case .mixup: try check.own(["mixup"]) { try mixing?.check() }
        case .cutMix: try check.own(["cutmix"]) { try mixing?.check() }
        case nil: break
        }
    }
}

extension Trainable {
    fileprivate func check(_ check: RecipeCheck) throws(RecipeFlaw) {
        let counts = 1...100_000
        switch self {
        case .head, .all: break
        case .share(let share):
            try check.value(
                ["train"], share, share > 0 && share < 1, Expected.part,
                share == 1
                    ? "To train everything, write all"
                    : "To freeze so many layers, write {freeze-first: 15}")
        case .from(let name):
            try check.require(!name.isEmpty, ["train", "from"], "is empty", "the name of a layer")
        case .freezingFirst(let count):
            try check.value(
                ["train", "freeze-first"], count, counts.contains(count), Expected.layerCount)
        case .blocks(let count):
            try check.value(["train", "blocks"], count, counts.contains(count), Expected.blockCount)
        case .freezing(let names):
            try check.require(
                names.areNames, ["train", "freeze"], "is empty or holds nothing", Expected.layers)
        case .layers(let names):
            try check.require(
                names.areNames, ["train", "layers"], "is empty or holds nothing", Expected.layers)
        }
    }
}

extension [String] {
    /// Whether there is one at least, and none is empty.
    fileprivate var areNames: Bool { !isEmpty && !contains("") }
}
