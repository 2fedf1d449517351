public import GraftImages

/// How a network is trained for new pictures: a head, and stages one after the other.
///
/// A recipe that exists has possible settings: they are checked when it is made, read or decoded.
///
/// ```swift
/// var tune = Stage(name: "tune", trainable: .share(0.3))
/// tune.learningRate = 2e-5
/// let recipe = try Recipe(name: "mine", stages: [Stage(name: "head", trainable: .head), tune])
/// ```
public struct Recipe: Sendable, Hashable, Codable {
    /// What it is called.
    public let name: String
    /// One sentence for people.
    public let summary: String
    /// Whether the trunk starts from published weights; else from random ones.
    public let isPretrained: Bool
    /// The new part of the network.
    public let head: HeadDesign
    /// What is trained, one after the other; each starts from the best epoch of the one before.
    public let stages: [Stage]
    /// The greatest number of seconds that training takes, where nobody asks for others; `nil` for no limit. Stages
    /// are shortened to that, or left out.
    public let budget: Double?
    /// The pretrained network that it is for; any where it is `nil`.
    public let base: String?
    /// The height and width that pictures are scaled to, in pixels; the network's own where it is `nil`.
    public let inputSize: Int?

    /// A recipe of these stages.
    ///
    /// - Throws: `TrainingError` that names the first setting that is impossible or without effect.
    public init(
        name: String, summary: String = "", base: String? = nil, inputSize: Int? = nil,
        isPretrained: Bool = true, head: HeadDesign = .usual, stages: [Stage], budget: Double? = nil
    ) throws {
        self.init(
            unchecked: name, summary: summary, base: base, inputSize: inputSize, isPretrained: isPretrained,
            head: head, stages: stages, budget: budget)
        do { try check() } catch { throw self.error(error) }
    }

    /// A recipe whose settings are still to be checked.
    init(
        unchecked name: String, summary: String, base: String? = nil, inputSize: Int? = nil,
        isPretrained: Bool = true, head: HeadDesign = .usual, stages: [Stage], budget: Double? = nil
    ) {
        self.name = name
        self.summary = summary
        self.isPretrained = isPretrained
        self.head = head
        self.stages = stages
        self.budget = budget
        self.base = base
        self.inputSize = inputSize
    }

    /// This recipe with changed stages: `try Recipe.twoStage.changing { $0[1].trainable = .blocks(2) }`.
    ///
    /// - Throws: `TrainingError` that names the first setting that is impossible or without effect.
    public func changing(_ change: (inout [Stage]) throws -> Void) throws -> Recipe {
        var stages = stages
        try change(&stages)
        return try Recipe(
            name: name, summary: summary, base: base, inputSize: inputSize, isPretrained: isPretrained,
            head: head, stages: stages, budget: budget)
    }

    /// Reads what was encoded, and checks it.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try self.init(
            name: try container.decode(String.self, forKey: .name),
            summary: try container.decode(String.self, forKey: .summary),
            base: try container.decodeIfPresent(String.self, forKey: .base),
            inputSize: try container.decodeIfPresent(Int.self, forKey: .inputSize),
            isPretrained: try container.decode(Bool.self, forKey: .isPretrained),
            head: try container.decode(HeadDesign.self, forKey: .head),
            stages: try container.decode([Stage].self, forKey: .stages),
            budget: try container.decodeIfPresent(Double.self, forKey: .budget))
    }

    private enum CodingKeys: String, CodingKey {
        case name, summary, base, inputSize, isPretrained, head, stages, budget
    }
}

/// The new part of a network.
///
/// ```swift
/// let recipe = try Recipe(name: "mine", head: .pooledDense(units: [256], dropout: 0.5), stages: stages)
/// ```
public enum HeadDesign: Sendable, Hashable, Codable {
    /// Global average pooling, dropout, one dense layer.
    case pooled(dropout: Float)
    /// Flatten, then dense layers of so many units with ReLU and dropout after each, then one dense layer.
    case flattened(units: [Int], dropout: Float)
    /// Global average pooling, then dense layers of so many units with ReLU and dropout after each, then one
    /// dense layer.
    case pooledDense(units: [Int], dropout: Float)

    /// The dropout before a single dense layer, where nothing else is said.
    public static let usualDropout: Float = 0.2
    /// The dropout after each dense layer, where nothing else is said.
    public static let denseDropout: Float = 0.5
    /// The head where nothing else is said.
    public static let usual = HeadDesign.pooled(dropout: usualDropout)
}

/// A part of a run of training.
///
/// ```swift
/// var tune = Stage(name: "tune", trainable: .share(0.3))
/// tune.learningRate = 2e-5
/// tune.epochs = 10
/// ```
public struct Stage: Sendable, Hashable, Codable {
    /// What it is called; unique in its recipe.
    public var name: String
    /// What is trained; the rest is frozen.
    public var trainable: Trainable
    /// The greatest number of passes over the training pictures.
    public var epochs = 20
    /// The number of steps of the whole stage, divided evenly among its ``epochs``: more where all pictures would be
    /// seen less than three times, fewer where they would be seen more than twenty times. An epoch then takes as many
    /// pictures as its steps need, the next ones of all. Where it is `nil`, an epoch takes all pictures once.
    public var steps: Int?
    /// The number of epochs without a better one, as validation sees it, after which the stage stops; never before its
    /// last epoch where it is `nil`.
    public var patience: Int? = 10
    /// The number of pictures a step.
    public var batchSize = 32
    /// How gradients become changes.
    public var optimizer = OptimizerSettings()
    /// The learning rate.
    public var learningRate: Float = 3e-3
    /// Other learning rates for some layers; the first that fits a layer counts.
    public var rates: [GroupRate] = []
    /// The factor from each layer with parameters to the one before it, starting at the head; 1 where it is
    /// `nil`.
    public var layerDecay: Float?
    /// How the learning rates change.
    public var schedule = Schedule.constant
    /// The number of epochs in which the learning rates rise from nearly nothing, in even steps, before the
    /// schedule starts.
    public var warmup = 0.0
    /// What is minimised; the usual one for the task where it is `nil`.
    public var loss: Loss?
    /// The share of each label that is spread over all classes (Szegedy et al., 2016).
    public var labelSmoothing: Float = 0
    /// How much classes count.
    public var classWeights = ClassWeights.equal
    /// How large gradients are made smaller.
    public var clipping: GradientClipping?
    /// How much of the exponential moving average of the parameters is kept at each step, where one is
    /// validated and kept instead of the parameters themselves.
    public var averaging: Float?
    /// Where an unfrozen BatchNorm takes its statistics from. A frozen one runs on the stored ones.
    public var batchNormalization = BatchStatistics.stored
    /// How training pictures are changed at random.
    public var augmentation = Augmentation.none
    /// How many variants of each picture augmentation makes; where it is `nil`, 4 that are kept, or new ones
    /// at each epoch where nothing is frozen.
    public var variants: Variants?
    /// How training pictures are blended with each other.
    public var mixing: Mixing?
    /// Whether the stage's result counts only where validation says that it is better than what was there
    /// before. Such a stage is not tried where the one before it was of this kind and did not count.
    public var isKeptOnlyIfBetter = false
    /// So many validation pictures at least must have been named wrong before the stage, or it is not tried: with
    /// fewer, nothing could show that it is better. Of classes only; no such limit where it is `nil`.
    public var leastErrors: Int?
    /// Other ways to do the stage. All begin, and the worse half ends again and again until one is left (successive
    /// halving; Jamieson and Talwalkar, 2016).
    public var alternatives: [Alternative] {
        get { others ?? [] }
        set { others = newValue.isEmpty ? nil : newValue }
    }

    /// The ``alternatives``; `nil` where there are none, since recipes of earlier versions say nothing of them.
    private var others: [Alternative]?

    /// A stage with the usual numbers.
    public init(name: String, trainable: Trainable) {
        self.name = name
        self.trainable = trainable
    }
}

/// What a stage trains. Layers are those of the network's source, as `graft models NAME` lists them; patterns
/// may hold `*` and `?`.
///
/// ```swift
/// let tune = Stage(name: "tune", trainable: .layers(["block5*"]))
/// ```
public enum Trainable: Sendable, Hashable, Codable {
    /// The new head alone.
    case head
    /// Everything.
    case all
    /// The layer of this name, all that comes after it in the list, and the head.
    case from(String)
    /// The last layers, about this share of the trunk's, and the head.
    case share(Double)
    /// All but the first so many layers, as Keras counts `model.layers`, and the head.
    case freezingFirst(Int)
    /// All but the layers whose names match one of these patterns, and the head.
    case freezing([String])
    /// The layers whose names match one of these patterns, and the head.
    case layers([String])
    /// The last so many blocks of the trunk, and the head.
    case blocks(Int)
}

/// A learning rate for some layers.
///
/// ```swift
/// stage.rates = [GroupRate(layers: ["head"], learningRate: 5e-4)]
/// ```
public struct GroupRate: Sendable, Hashable, Codable {
    /// Patterns of layers' names, or "head".
    public var layers: [String]
    /// Their learning rate.
    public var learningRate: Float

    /// A learning rate for the layers that match one of these patterns.
    public init(layers: [String], learningRate: Float) {
        self.layers = layers
        self.learningRate = learningRate
    }
}

/// What training minimises, averaged over the batch.
///
/// ```swift
/// stage.loss = .huber(delta: 1)
/// ```
public enum Loss: Sendable, Hashable, Codable {
    /// Softmax cross-entropy: one right class a picture.
    case crossEntropy
    /// Sigmoid cross-entropy: each class for itself; summed over the classes and divided by their number.
    case binaryCrossEntropy
    /// The mean of squared errors.
    case meanSquaredError
    /// The mean of absolute errors.
    case meanAbsoluteError
    /// Squared up to `delta`, absolute beyond it (Huber, 1964).
    case huber(delta: Float)
}

/// How much classes count in the loss.
///
/// ```swift
/// stage.classWeights = .balanced
/// ```
public enum ClassWeights: Sendable, Hashable, Codable {
    /// Each picture the same.
    case equal
    /// Each class the same: pictures / (classes · pictures of the class).
    case balanced
    /// By the names of classes; 1 for those that are not named.
    case given([String: Float])
}

/// How large gradients are made smaller.
///
/// ```swift
/// stage.clipping = .norm(1)
/// ```
public enum GradientClipping: Sendable, Hashable, Codable {
    /// All together are scaled so that their common norm is at most this.
    case norm(Float)
    /// Each number is brought between minus this and this.
    case value(Float)
}

/// Where BatchNorm takes its statistics from in training.
///
/// ```swift
/// stage.batchNormalization = .batch
/// ```
public enum BatchStatistics: String, Sendable, Hashable, Codable, CaseIterable {
    /// Those that the weights came with.
    case stored
    /// Those of each batch; the stored ones follow them.
    case batch
}

/// How many variants of each picture a stage with augmentation sees.
///
/// ```swift
/// stage.variants = .cached(8)
/// ```
public enum Variants: Sendable, Hashable, Codable {
    /// So many, computed once and cached; each epoch takes the next one.
    case cached(Int)
    /// A new one at each epoch: nothing is cached.
    case recomputed
}

/// How training pictures are blended with each other.
///
/// ```swift
/// stage.mixing = .mixup(alpha: 0.2)
/// ```
public enum Mixing: Sendable, Hashable, Codable {
    /// Two pictures are averaged, and their labels (Zhang et al., 2018).
    case mixup(alpha: Float)
    /// A box of one is pasted on another, and the labels shared by area (Yun et al., 2019).
    case cutMix(alpha: Float)
}
