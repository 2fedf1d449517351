#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// The factor of the learning rate at each step of a stage: warm-up, then the schedule.
///
/// With W steps of warm-up among T in all, step s of the warm-up has (s + 1) / (W + 1), and the schedule runs
/// over the T − W others:
///
/// - `step` counts whole epochs since the warm-up, as PyTorch's `StepLR` and as Keras' staircase
///   `ExponentialDecay` do;
/// - `cosine` is PyTorch's `CosineAnnealingLR` and Keras' `CosineDecay`, one of their steps being one step
///   here: the lowest factor would be that of the step after the last one;
/// - `oneCycle` is PyTorch's `OneCycleLR` without its cycle of momentum;
/// - `reduceOnPlateau` is Keras' `ReduceLROnPlateau` with a least change of 0. PyTorch's waits one epoch
///   more.
package struct LearningRateCurve: Sendable {
    /// What the curve remembers of validation.
    package struct State: Sendable, Hashable, Codable {
        /// The factor that plateaus have led to.
        package var reduction: Double = 1
        /// The lowest validation loss.
        package var best: Double?
        /// The number of epochs since then or since the last reduction.
        package var waited = 0

        /// No epoch yet.
        package init() {}
    }

    /// What it remembers: a checkpoint that stores and restores it continues alike.
    package var state = State()
    private let schedule: Schedule
    private let stepsPerEpoch: Int
    private let warmupSteps: Int
    private let steps: Int

    /// The curve of a stage.
    ///
    /// - Parameters:
    ///   - warmup: the number of epochs before the schedule starts.
    ///   - epochs: those of the whole stage.
    package init(_ schedule: Schedule, warmup: Double, epochs: Int, stepsPerEpoch: Int) {
        precondition(warmup >= 0 && epochs > 0 && stepsPerEpoch > 0, "a stage has steps")
        self.schedule = schedule
        self.stepsPerEpoch = stepsPerEpoch
        warmupSteps = Int((warmup * Double(stepsPerEpoch)).rounded())
        steps = max(epochs * stepsPerEpoch - warmupSteps, 1)
    }

    /// The factor of a step, counted from 0 over all epochs; steps beyond the last have the last one's.
    package func factor(step: Int) -> Float {
        guard step >= warmupSteps else { return Float(step + 1) / Float(warmupSteps + 1) }
        return Float(scheduled(min(step - warmupSteps, steps - 1)))
    }

    /// Tells the validation loss after an epoch, for the epochs that follow.
    ///
    /// A loss that is no number is not lower.
    package mutating func epochEnded(validationLoss: Double) {
        guard case .reduceOnPlateau(let patience, let factor) = schedule else { return }
        // No loss is lower than one that is no number, so that one is not kept.
        if !validationLoss.isNaN, state.best.map({ validationLoss < $0 }) ?? true {
            state.best = validationLoss
            state.waited = 0
            return
        }
        state.waited += 1
        guard state.waited >= patience else { return }
        state.reduction *= Double(factor)
        state.waited = 0
    }

    private func scheduled(_ step: Int) -> Double {
        switch schedule {
        case .constant: 1
        case .step(let epochs, let factor): pow(Double(factor), Double(step / stepsPerEpoch / epochs))
        case .cosine(let final): Self.halfCosine(from: 1, to: Double(final), Double(step) / Double(steps))
        case .oneCycle(let rise): oneCycle(Double(step), peak: Double(rise) * Double(steps) - 1)
        case .reduceOnPlateau: state.reduction
        }
    }

    private func oneCycle(_ step: Double, peak: Double) -> Double {
        let start = 1.0 / 25
        if step <= peak { return Self.halfCosine(from: start, to: 1, peak > 0 ? step / peak : 1) }
        let fall = Double(steps - 1) - peak
        return Self.halfCosine(from: 1, to: start / 1e4, fall > 0 ? (step - peak) / fall : 1)
    }

    private static func halfCosine(from start: Double, to end: Double, _ share: Double) -> Double {
        end + (start - end) / 2 * (1 + cos(Double.pi * share))
    }
}
