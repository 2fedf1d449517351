internal import GraftFiles

extension OptimizerSettings {
    /// Checks that the numbers are possible and that each has an effect.
    ///
    /// - Parameter subject: what an error names: "stage joint: the optimizer".
    /// - Throws: `TrainingError`.
    package func check(_ subject: String = "the optimizer") throws(TrainingError) {
        func flaw(_ found: String, _ expected: String? = nil, _ remedy: Remedy? = nil) -> TrainingError {
            TrainingError(subject, found: found, expected: expected, remedy: remedy)
        }
        guard momentum >= 0, momentum < 1 else {
            throw flaw("has momentum \(momentum)", "a number of at least 0 and below 1")
        }
        guard decay >= 0, decay < 1 else {
            throw flaw("has decay \(decay)", "a number of at least 0 and below 1")
        }
        guard betas.count == 2, betas.allSatisfy({ $0 >= 0 && $0 < 1 }) else {
            throw flaw("has betas \(betas)", "two numbers of at least 0 and below 1")
        }
        if let epsilon {
            guard epsilon > 0, epsilon.isFinite else {
                throw flaw("has epsilon \(epsilon)", "a number greater than 0")
            }
        }
        guard weightDecay >= 0, weightDecay.isFinite else {
            throw flaw("has weight decay \(weightDecay)", "a number of at least 0")
        }
        if rule == .sgd, isNesterov, momentum == 0 {
            throw flaw("uses Nesterov's momentum but has momentum 0", nil, "Set momentum, usually to 0.9")
        }
        if let (setting, remedy) = settingWithoutEffect {
            throw flaw("has \(setting), which \(rule.rawValue) does not use", nil, remedy)
        }
    }

    private var settingWithoutEffect: (setting: String, remedy: Remedy)? {
        let usual = OptimizerSettings(rule)
        let isAdaptive = rule == .adam || rule == .adamw
        if isAdaptive, momentum != 0 {
            return ("momentum \(momentum)", "Leave momentum out, or set the first of betas")
        }
        if isNesterov, rule != .sgd { return ("Nesterov's momentum", "Leave it out, or choose sgd") }
        if rule != .rmsprop, decay != usual.decay {
            return ("decay \(decay)", "Leave decay out, or choose rmsprop")
        }
        if !isAdaptive, betas != usual.betas {
            return ("betas \(betas)", "Leave betas out, or choose adam or adamw")
        }
        if rule == .sgd, let epsilon { return ("epsilon \(epsilon)", "Leave epsilon out") }
        return nil
    }
}
