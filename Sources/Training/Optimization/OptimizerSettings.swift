/// How an optimizer turns gradients into changes of parameters.
///
/// ```swift
/// stage.optimizer = OptimizerSettings(.adamw)
/// stage.optimizer.weightDecay = 0.01
/// ```
public struct OptimizerSettings: Sendable, Hashable, Codable {
    /// The update rule.
    ///
    /// ```swift
    /// stage.optimizer = OptimizerSettings(.sgd)
    /// ```
    public enum Rule: String, Sendable, Hashable, Codable, CaseIterable {
        /// Stochastic gradient descent, with momentum where there is any.
        case sgd
        /// RMSProp (Tieleman and Hinton, 2012).
        case rmsprop
        /// Adam (Kingma and Ba, 2015).
        case adam
        /// Adam with weight decay apart from the gradient (Loshchilov and Hutter, 2019).
        case adamw
    }

    /// The update rule.
    public var rule: Rule
    /// How much of the last step goes into the next one; for `sgd` and `rmsprop`.
    public var momentum: Float = 0
    /// Whether the gradient is taken where the momentum leads (Nesterov, 1983); for `sgd` with momentum.
    public var isNesterov = false
    /// How much of the mean square of gradients is kept at each step; for `rmsprop`.
    public var decay: Float = 0.9
    /// How much of the means of gradients and of their squares is kept at each step; for `adam` and `adamw`.
    public var betas: [Float] = [0.9, 0.999]
    /// What keeps quotients finite; that of the source of the rule where it is `nil`.
    public var epsilon: Float?
    /// The weight decay: of kernels only, biases and normalisations are spared.
    public var weightDecay: Float = 0

    /// A rule with its usual numbers.
    public init(_ rule: Rule = .adam) { self.rule = rule }
}
