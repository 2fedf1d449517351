public import GraftImages

/// Another way to do a stage: what is `nil` is as in the stage.
///
/// ```swift
/// var faster = Alternative(name: "faster")
/// faster.learningRate = 1e-3
/// stage.alternatives = [faster]
/// ```
public struct Alternative: Sendable, Hashable, Codable {
    /// What it is called; unique in its stage.
    public var name: String
    /// What it trains.
    public var trainable: Trainable?
    /// How gradients become changes.
    public var optimizer: OptimizerSettings?
    /// The learning rate.
    public var learningRate: Float?
    /// How training pictures are changed at random.
    public var augmentation: Augmentation?
    /// How many variants of each picture augmentation makes.
    public var variants: Variants?
    /// How training pictures are blended with each other.
    public var mixing: Mixing?

    /// A way that is as the stage until something is changed.
    public init(name: String) { self.name = name }

    /// Whether nothing is other than in the stage.
    package var isEmpty: Bool { self == Alternative(name: name) }
}

extension Stage {
    /// The stage, done in another way.
    func changed(to way: Alternative) -> Stage {
        var stage = self
        (stage.name, stage.alternatives) = (way.name, [])
        if let trainable = way.trainable { stage.trainable = trainable }
        if let optimizer = way.optimizer { stage.optimizer = optimizer }
        if let learningRate = way.learningRate { stage.learningRate = learningRate }
        if let augmentation = way.augmentation { stage.augmentation = augmentation }
        if let variants = way.variants { stage.variants = variants }
        if let mixing = way.mixing { stage.mixing = mixing }
        // Without random changes there are no variants.
        if stage.augmentation.isNone, way.variants == nil { stage.variants = nil }
        return stage
    }

    /// The ways to do it: its own, then its alternatives.
    var ways: [Stage] { [self] + alternatives.map(changed) }
}
