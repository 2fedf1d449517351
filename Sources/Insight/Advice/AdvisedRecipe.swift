internal import GraftDatasets
internal import GraftImages
internal import GraftTraining

/// The recipe that follows from what was measured, and why.
struct AdvisedRecipe {
    /// The pictures to train and validate on.
    let pictures: Int
    let classes: Int
    let task: LearningTask
    let score: ProbeScore
    /// Whether a mirrored picture keeps its class.
    var isMirrorSafe = true
    var depths: [Advice.Depth] = []

    /// With fewer pictures of a class there is little to learn from beside the head.
    private static let fewOfClass = 50
    /// With more pictures of a class the whole network can learn.
    private static let manyOfClass = 1000
    /// What an earlier depth must be better by, to say that the pictures are of another kind.
    private static let depthMargin = 0.02

    private var picturesOfClass: Int { pictures / max(task.rules.hasClasses ? classes : 1, 1) }

    /// The depth whose features tell the labels best, where that is not the last one.
    private var earlierDepth: Advice.Depth? {
        let layers = depths.filter { $0.layer != nil }
        guard let last = layers.last, let best = layers.max(by: { $0.probe.score < $1.probe.score }),
            best.probe.score > last.probe.score + Self.depthMargin
        else { return nil }
        return best
    }

    /// Whether nearly nothing is left to gain.
    private var isSolved: Bool { score.metrics.score >= 0.995 }

    /// What is trained after the head; `nil` for the head alone.
    private var trained: Trainable? {
        if isSolved { return nil }
        return earlierDepth == nil && picturesOfClass < Self.manyOfClass ? .share(0.6) : .all
    }

    /// The recipe.
    ///
    /// - Throws: where its settings contradict each other.
    func recipe(base: String, inputSize: Int) throws -> Recipe {
        let plain = trained == nil ? Recipe.features : Recipe.auto
        return try Recipe(
            name: "advised", summary: "what was advised for these pictures", base: base, inputSize: inputSize,
            stages: plain.stages.enumerated().map { index, stage in
                var stage = stage
                guard index > 0, let trained else { return stage }
                stage.trainable = trained
                stage.alternatives = []
                if !isMirrorSafe { stage.augmentation.horizontalFlip = false }
                return stage
            }, budget: plain.budget)
    }

    /// Why, a sentence each.
    func reasons(_ advice: Advice) -> [String] {
        let name = advice.expected.name
        func figure(_ number: Double) -> String { "\((number * 1000).rounded() / 1000)" }
        var reasons: [String] = []
        let tried = advice.trunks.count
        if tried > 1, let chosen = advice.trunks.first(where: { $0.name == advice.base }) {
            let best = advice.trunks.filter { !$0.isDropped }.max { $0.probe.score < $1.probe.score }
            reasons.append(
                best?.name == chosen.name || best == nil
                    ? "\(chosen.name): its features tell the labels best of \(tried) networks."
                    : "\(chosen.name): about as good as \(best?.name ?? ""), and cheaper.")
        }
        if let native = advice.trunks.first(where: { $0.name == advice.base })?.inputSize,
            native != advice.inputSize
        {
            reasons.append(
                advice.inputSize < native
                    ? "\(advice.inputSize) pixels: as good as \(native), and quicker."
                    : "\(advice.inputSize) pixels: better than \(native).")
        }
        if let earlier = earlierDepth, let layer = earlier.layer {
            reasons.append(
                "The features of \(layer) tell more than the last ones: the pictures are of another kind than "
                    + "those that the network learned from. So all of it is trained.")
        } else if depths.count > 2 {
            reasons.append(
                "The last features tell about as much as earlier ones, or more: the pictures are like those that the "
                    + "network learned from.")
        }
        switch trained {
        case nil: reasons.append("The head alone: hardly anything is left to gain.")
        case .all where earlierDepth == nil:
            reasons.append("All layers: \(picturesOfClass) pictures a class are enough for that.")
        case _ where picturesOfClass < Self.fewOfClass:
            reasons.append(
                "With \(picturesOfClass) pictures a class, training more than the head is kept only if it helps."
            )
        default: break
        }
        if !isMirrorSafe {
            reasons.append("No mirroring: mirrored pictures are taken for other classes.")
        }
        if let gain = advice.gainOfTwice, gain >= 0.01 {
            reasons.append("Twice the pictures would add about \(figure(gain)) to \(name).")
        }
        return reasons
    }
}
