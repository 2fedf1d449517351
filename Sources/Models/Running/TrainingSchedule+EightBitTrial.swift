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

extension TrainingSchedule {
    /// The greatest number of pictures that eight bits are tried on.
    private static let trialCount = 1024
    /// So many heads are trained on each half of them: one alone does a little better or worse by chance.
    private static let trialHeads = 3
    /// So many others show whether their features are already there in floating point.
    private static let witnessCount = 32

    /// The schedule in the precision that is to be taken where nobody asked for one: in eight bits where a trial
    /// on some of the pictures says that these do as well.
    ///
    /// - Parameter onEvent: is told how the trial goes, if there is one.
    func settled(onEvent: @Sendable @escaping (TrainingEvent) -> Void) async throws -> TrainingSchedule {
        guard mayTakeEightBits else { return self }
        var trial = knownTrial
        if trial == nil { trial = try await inEightBits.trial(against: self, onEvent: onEvent) }
        guard let trial else { return self }
        onEvent(.tried(trial))
        return trial.isTaken ? inEightBits : self
    }

    /// Whether nobody knows yet which precision is to be taken, so that training begins with a trial.
    var beginsWithTrial: Bool { mayTakeEightBits && knownTrial == nil }

    /// The schedule as it is where it is known how a trial ended.
    var inKnownPrecision: TrainingSchedule {
        guard mayTakeEightBits, let trial = knownTrial, trial.isTaken else { return self }
        return inEightBits
    }

    private var inEightBits: TrainingSchedule {
        var schedule = self
        schedule.trunk = trunk.computing(in: .int8)
        return schedule
    }

    /// Whether eight bits could be taken without being asked for: where pictures are many, the processor can,
    /// and all features come from one pass, with a head that is little work beside it. Later stages would
    /// need passes of their own, since nothing of them can be computed on the way in eight bits.
    private var mayTakeEightBits: Bool {
        guard trunk.hasUsualPrecision, recipe.isPretrained, usesCache, plans.count == 1,
            let plan = plans.first,
            plan.isHeadAlone, plan.isCached, plan.freezesConvolutions,
            plan.trainedParameterCount < TrainingSchedule.largeHead
        else { return false }
        let views = dataset.samples.count * max(plan.variations(seed: seed).count, 1)
        return views >= trialThreshold.views
            && views * trunk.network.cost.multiplyAccumulates >= trialThreshold.multiplyAccumulates
            && Precision.int8.isSupported && trunk.network.isQuickerInEightBits
    }

    private var knownTrial: EightBitTrial? { KnownCalibrations(of: trunk).calibration(for: dataset)?.trial }

    /// Trains heads on some pictures' features in floating point and in eight bits, and keeps what came of
    /// it.
    ///
    /// - Returns: `nil` where there is nothing to compare, where features in floating point are already
    ///   there, or where most convolutions do not bear eight bits.
    private func trial(
        against floating: TrainingSchedule, onEvent: @Sendable @escaping (TrainingEvent) -> Void
    ) async throws -> EightBitTrial? {
        let parameters = try CurrentParameters(self)
        let candidates = picturesToTry()
        let chosen = Array(candidates.prefix(TrainingSchedule.trialCount))
        let witnesses = candidates.dropFirst(chosen.count).prefix(TrainingSchedule.witnessCount)
        var before = try FrozenFeatures(floating, onEvent: onEvent)
        guard try 2 * before.cachedCount(of: witnesses, parameters) <= witnesses.count,
            var calibration = try await calibrated(parameters.values),
            2 * calibration.network.convolutions >= calibration.network.allConvolutions
        else { return nil }
        onEvent(.trial(pictures: chosen.count))
        let (floatingFeatures, examinations) = try await before.plainFeatures(of: chosen, parameters)
        // Made now, so that it finds what the other one kept of the pictures.
        var after = try FrozenFeatures(self, onEvent: onEvent)
        after.quantization = calibration.network.quantization
        let (features, _) = try await after.plainFeatures(of: chosen, parameters)
        let usable = zip(chosen, examinations).filter(\.1.isUsable).map(\.0)
        let (first, second) = (usable.prefix(usable.count / 2), usable.dropFirst(usable.count / 2))
        guard !first.isEmpty else { return nil }
        var results: (before: [Metrics], after: [Metrics]) = ([], [])
        let initial = try parameters.values.subset(for: plans[0].cut.tail)
        for (training, validation) in [(Array(first), Array(second)), (Array(second), Array(first))] {
            let standardization = try standardization(training)
            for head in 0..<TrainingSchedule.trialHeads {
                func result(_ features: FeatureMatrix) async throws -> Metrics {
                    let trainer = try trainer(
                        plans[0], on: CachedBoundary(features, of: chosen), training: training,
                        standardization, seed: seed &+ UInt64(head))
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
