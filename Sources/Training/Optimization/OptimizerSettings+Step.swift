package import GraftExecution

extension OptimizerSettings {
    /// The epsilon in use: the rule's own where none is given.
    package var usedEpsilon: Float {
        switch rule {
        case .sgd: 0
        case .rmsprop: epsilon ?? 1e-7
        case .adam, .adamw: epsilon ?? 1e-8
        }
    }

    /// The rule with its numbers, as a workspace applies it.
    ///
    /// `sgd`, `adam` and `adamw` are PyTorch's, `rmsprop` is Keras'. PyTorch's RMSProp has ρ = 0.99 instead
    /// of 0.9, ε = 1e-8 beside the root, and weight decay in the gradient; Keras' weight decay is that of
    /// `adamw` for every rule.
    package var updateRule: UpdateRule {
        switch rule {
        case .sgd: .gradientDescent(momentum: momentum, isNesterov: isNesterov)
        case .rmsprop: .rootMeanSquare(momentum: momentum, decay: decay, epsilon: usedEpsilon)
        case .adam, .adamw: .adaptiveMoments(first: betas[0], second: betas[1], epsilon: usedEpsilon)
        }
    }

    /// Whether weight decay shrinks parameters directly instead of being added to gradients.
    var decayIsApart: Bool {
        switch rule {
        case .sgd, .adam: false
        case .rmsprop, .adamw: true
        }
    }

    /// A step with these settings.
    ///
    /// - Parameters:
    ///   - learningRates: those of the trained parameters, in order.
    ///   - decays: for each parameter, whether weight decay applies to it: kernels only.
    package func step(learningRates: [Float], decays: [Bool]) -> UpdateStep {
        UpdateStep(
            updateRule, learningRates: learningRates, weightDecays: decays.map { $0 ? weightDecay : 0 },
            decayIsApart: decayIsApart)
    }

    /// Checks that what an optimizer remembered is of this rule.
    ///
    /// - Throws: `TrainingError` where it is one of another.
    package func check(_ state: OptimizerState) throws(TrainingError) {
        let vectors = updateRule.momentVectors
        for (index, moments) in state.moments.enumerated() where !moments.isEmpty {
            guard moments.count == vectors, moments.allSatisfy({ $0.count == moments[0].count }) else {
                throw TrainingError(
                    "the optimizer's state",
                    found: "has \(moments.count) vectors for parameter \(index)",
                    expected: "\(vectors) of one length, as \(rule.rawValue) keeps them")
            }
        }
    }
}
