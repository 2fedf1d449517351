/// How a head is trained on the features of a frozen trunk.
public struct HeadSettings: Sendable, Hashable, Codable {
    /// The greatest number of passes over the training pictures.
    public var epochs = 60
    /// Adam's learning rate.
    public var learningRate: Float = 3e-3
    /// The number of pictures a step.
    public var batchSize = 32
    /// The number of epochs without a lower validation loss after which training stops.
    public var patience = 10
    /// The rate of the dropout before the dense layer.
    public var dropoutRate: Float = 0.2
    /// What all random numbers depend on.
    public var seed: UInt64 = 0

    /// The default settings.
    public init() {}
}
