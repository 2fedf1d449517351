public import GraftTensors

/// What a node computes. Nothing here computes: a plan does.
///
/// Shapes are those of one image, without the batch: `[height, width, channels]` for a feature map, `[units]`
/// for a vector.
public enum Operation: Sendable, Hashable {
    /// Where data enters the network.
    case input(Input)
    /// A two-dimensional convolution (cross-correlation), grouped and depthwise ones included.
    case convolution(Convolution)
    /// y = gamma · (x − mean) / √(variance + epsilon) + beta, per channel (Ioffe and Szegedy, 2015).
    case batchNormalization(BatchNormalization)
    /// A function of each element alone.
    case activation(Activation)
    /// The sum of two inputs of the same shape, element by element.
    case add
    /// The inputs one after the other along the channels.
    case concatenate
    /// The greatest element, or the mean, of each window.
    case pooling(Pooling)
    /// The mean over height and width: `[height, width, channels]` to `[channels]`.
    case globalAveragePooling
    /// The means over windows that are chosen so that they give a fixed height and width.
    case adaptiveAveragePooling(AdaptiveAveragePooling)
    /// Divides each element by a power of the mean square of its neighbours among the channels (Krizhevsky et
    /// al., 2012).
    case localResponseNormalization(LocalResponseNormalization)
    /// A feature map as a vector, in the order height, width, channels.
    case flatten
    /// While training, sets elements to zero at random and scales the others so that the mean stays.
    case dropout(Dropout)
    /// y = W x + b for a vector x.
    case dense(Dense)
    /// exp(x) / Σ exp(x) over the vector.
    case softmax
}

/// Where data enters a network.
public struct Input: Sendable, Hashable, Codable {
    /// The shape of one image or feature map, without the batch.
    public var shape: Shape

    /// An input of this shape.
    public init(shape: Shape) { self.shape = shape }
}

/// A two-dimensional convolution.
///
/// Its kernel has the shape [filters, inputChannels / groups, kernelHeight, kernelWidth], its bias [filters].
public struct Convolution: Sendable, Hashable, Codable {
    /// The number of output channels.
    public var filters: Int
    /// The rows of the kernel.
    public var kernelHeight: Int
    /// The columns of the kernel.
    public var kernelWidth: Int
    /// The step, the same down and across.
    public var stride: Int
    /// How the input is extended by zeros.
    public var padding: Padding
    /// The number of groups that channels are divided into; as many as input channels makes it depthwise.
    public var groups: Int
    /// Whether a bias is added.
    public var hasBias: Bool

    /// A convolution with a square kernel.
    public init(
        filters: Int, kernelSize: Int, stride: Int = 1, padding: Padding = .same, groups: Int = 1,
        hasBias: Bool = false
    ) {
        self.init(
            filters: filters, kernelHeight: kernelSize, kernelWidth: kernelSize, stride: stride,
            padding: padding, groups: groups, hasBias: hasBias)
    }

    /// A convolution.
    public init(
        filters: Int, kernelHeight: Int, kernelWidth: Int, stride: Int = 1, padding: Padding = .same,
        groups: Int = 1, hasBias: Bool = false
    ) {
        self.filters = filters
        self.kernelHeight = kernelHeight
        self.kernelWidth = kernelWidth
        self.stride = stride
        self.padding = padding
        self.groups = groups
        self.hasBias = hasBias
    }
}

/// Normalisation of each channel. Its parameters gamma, beta, movingMean and movingVariance have the shape
/// [channels].
public struct BatchNormalization: Sendable, Hashable, Codable {
    /// What is added to the variance; it differs by source.
    public var epsilon: Float
    /// Whether there is a gamma; without one it is 1.
    public var hasScale: Bool

    /// A normalisation with this epsilon.
    public init(epsilon: Float, hasScale: Bool = true) {
        self.epsilon = epsilon
        self.hasScale = hasScale
    }

    private enum CodingKeys: String, CodingKey { case epsilon, hasScale }

    /// Reads the value; models saved before `hasScale` was there do not say whether there is a gamma, for
    /// there always was.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        epsilon = try container.decode(Float.self, forKey: .epsilon)
        hasScale = try container.decodeIfPresent(Bool.self, forKey: .hasScale) ?? true
    }
}

/// A function of each element alone.
public enum Activation: Sendable, Hashable {
    /// max(x, 0)
    case relu
    /// min(max(x, 0), 6)
    case relu6
    /// x where it is positive, slope · x elsewhere (Maas et al., 2013).
    case leakyReLU(slope: Float)
    /// 1 / (1 + exp(−x))
    case sigmoid
}

extension Activation: Codable {
    private static let leaky = "leakyReLU "

    /// Reads the text that ``encode(to:)`` wrote.
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        switch text {
        case "relu": self = .relu
        case "relu6": self = .relu6
        case "sigmoid": self = .sigmoid
        default:
            guard text.hasPrefix(Activation.leaky), let slope = Float(text.dropFirst(Activation.leaky.count)),
                slope.isFinite
            else {
                throw DecodingError.dataCorrupted(
                    .init(codingPath: decoder.codingPath, debugDescription: "\(text) is no activation"))
            }
            self = .leakyReLU(slope: slope)
        }
    }

    /// Writes one word, and the slope where there is one.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .relu: try container.encode("relu")
        case .relu6: try container.encode("relu6")
        case .sigmoid: try container.encode("sigmoid")
        case .leakyReLU(let slope): try container.encode("\(Activation.leaky)\(slope)")
        }
    }
}

/// Random zeros while training.
public struct Dropout: Sendable, Hashable, Codable {
    /// The probability that an element becomes zero, 0 ..< 1.
    public var rate: Float

    /// A dropout with this rate.
    public init(rate: Float) { self.rate = rate }
}

/// A fully connected layer. Its kernel has the shape [units, inputs], its bias [units].
public struct Dense: Sendable, Hashable, Codable {
    /// The number of outputs.
    public var units: Int
    /// Whether a bias is added.
    public var hasBias: Bool

    /// A fully connected layer.
    public init(units: Int, hasBias: Bool = true) {
        self.units = units
        self.hasBias = hasBias
    }
}
