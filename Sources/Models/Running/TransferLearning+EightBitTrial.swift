internal import GraftDatasets
internal import GraftExecution
internal import GraftNetworks
internal import GraftTensors
internal import GraftTraining

/// How much work must be before eight bits are tried.
package struct TrialThreshold: Sendable {
    /// The number of pictures, each variant counted as one.
    package var views: Int
    /// The number of multiplications of the frozen network for all of them.
    package var multiplyAccumulates: Int

    /// A threshold.
    package init(views: Int, multiplyAccumulates: Int) {
        (self.views, self.multiplyAccumulates) = (views, multiplyAccumulates)
    }

    /// Where a trial costs about as much as eight bits save: 42,000 pictures for EfficientNet-Lite0, 11,000
    /// for GoogLeNet, 8192 for larger networks.
    static let usual = TrialThreshold(views: 8192, multiplyAccumulates: 16_000_000_000_000)
}

extension TransferLearning {
    /// The greatest number of pictures that eight bits are tried on.
    private static let trialCount = 1024
    /// So many heads are trained on each half of them: one alone does a little better or worse by chance.
    private static let trialHeads = 3
    /// So many others show whether their features are already there in floating point.
    private static let witnessCount = 32

    /// The training in the precision that is to be taken where nobody asked for one: in eight bits where
    /// these do as well on some of the pictures, and save time.
    ///
    /// - Parameter onEvent: is told how the trial goes, if there is one.
    func choosingPrecision(
        _ network: Network, _ plans: [StagePlan], onEvent: @Sendable @escaping (TrainingEvent) -> Void
    ) async throws -> TransferLearning {
        guard mayTakeEightBits(plans) else { return self }
        var trial = knownTrial
        if trial == nil {
            trial = try await inEightBits.trial(against: self, network, plans, onEvent: onEvent)
        }
        guard let trial else { return self }
        onEvent(.tried(trial))
        return trial.isTaken ? inEightBits : self
    }

    /// The training in the precision that an earlier one came to, and whether there was none and training
    /// begins with a trial.
    func inKnownPrecision(_ plans: [StagePlan]) -> (learning: TransferLearning, isOpen: Bool) {
        guard mayTakeEightBits(plans) else { return (self, false) }
        guard let trial = knownTrial else { return (self, true) }
        return (trial.isTaken ? inEightBits : self, false)
    }

    private var inEightBits: TransferLearning {
        var learning = self
        learning.trunk = trunk.computing(in: .int8)
        return learning
    }

    /// Whether eight bits could be taken without being asked for: where pictures are many, the processor can,
    /// and all features come from one pass, with a head that is little work beside it. Later stages would
    /// need passes of their own, since nothing of them can be computed on the way in eight bits.
    private func mayTakeEightBits(_ plans: [StagePlan]) -> Bool {
        guard trunk.hasUsualPrecision, recipe.isPretrained, usesCache, plans.count == 1,
            let plan = plans.first,
            plan.isHeadAlone, plan.isCached, plan.freezesConvolutions,
            plan.trainedParameterCount < TransferLearning.largeHead
        else { return false }
        let views = dataset.samples.count * max(plan.variations(seed: seed).count, 1)
        return views >= trialThreshold.views
            && views * trunk.network.cost.multiplyAccumulates >= trialThreshold.multiplyAccumulates
            && (try? Precision.int8.requireSupport()) != nil
    }

    private var knownTrial: EightBitTrial? { KnownCalibrations(of: trunk).calibration(for: dataset)?.trial }

    /// Trains heads on some pictures' features in floating point and in eight bits, and keeps what came of
    /// it.
    ///
    /// - Returns: `nil` where there is nothing to compare, where features in floating point are already
    ///   there, or where most convolutions do not bear eight bits.
    private func trial(
        against floating: TransferLearning, _ network: Network, _ plans: [StagePlan],
        onEvent: @Sendable @escaping (TrainingEvent) -> Void
    ) async throws -> EightBitTrial? {
        let parameters = try CurrentParameters(self, network)
        let candidates = picturesToTry()
        let chosen = Array(candidates.prefix(TransferLearning.trialCount))
        let witnesses = candidates.dropFirst(chosen.count).prefix(TransferLearning.witnessCount)
        var before = FrozenFeatures(floating, plans, onEvent: onEvent)
        guard try 2 * before.cachedCount(of: witnesses, parameters) <= witnesses.count,
            var calibration = try await calibrated(parameters.values),
            2 * calibration.network.convolutions >= calibration.network.allConvolutions
        else { return nil }
        var after = FrozenFeatures(self, plans, onEvent: onEvent)
        after.quantization = calibration.network.quantization

        onEvent(.trial(pictures: chosen.count))
        let (floatingFeatures, examinations) = try await before.plainFeatures(of: chosen, parameters)
        let (features, _) = try await after.plainFeatures(of: chosen, parameters)
        let usable = zip(chosen, examinations).filter(\.1.isUsable).map(\.0)
        let (first, second) = (usable.prefix(usable.count / 2), usable.dropFirst(usable.count / 2))
        guard !first.isEmpty else { return nil }
        var results: (before: [Metrics], after: [Metrics]) = ([], [])
        let initial = try parameters.values.subset(for: plans[0].cut.tail)
        for (training, validation) in [(Array(first), Array(second)), (Array(second), Array(first))] {
            let standardization = try standardization(training)
            for head in 0..<TransferLearning.trialHeads {
                var learning = self
                learning.seed = seed &+ UInt64(head)
                func result(_ features: FeatureMatrix) async throws -> Metrics {
                    let trainer = try learning.trainer(
                        plans[0], on: CachedBoundary(features, of: chosen), training: training,
                        standardization)
                    return try await trainer.train(initial, training: training, validation: validation).best
                        .validation
                }
                results.before.append(try await result(floatingFeatures))
                results.after.append(try await result(features))
            }
        }
        let trial = EightBitTrial(
            pictures: usable.count, floating: floating.trunk.precision, before: results.before,
            after: results.after)
        calibration.trial = trial
        KnownCalibrations(of: trunk).keep(calibration)
        return trial
    }
}
