public import Tensors

/// What a node computes. Nothing here computes: a plan does.
///
/// Shapes are those of one image, without the batch: `[height, width, channels]` for a feature map, `[units]` for a vector.
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
    /// The mean over height and width: `[height, width, channels]` to `[channels]`.
    case globalAveragePooling
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
        self.filters = filters
        kernelHeight = kernelSize
        kernelWidth = kernelSize
        self.stride = stride
        self.padding = padding
        self.groups = groups
        self.hasBias = hasBias
    }
}

/// How a feature map is extended by zeros before a convolution or pooling.
public enum Padding: Sendable, Hashable, Codable {
    /// As much as gives ⌈size / stride⌉ outputs, the odd row or column at the bottom and right: TensorFlow's "same".
    case same
    /// None.
    case valid
    /// These numbers of rows and columns.
    case edges(Edges)

    /// Rows and columns added on each side.
    public struct Edges: Sendable, Hashable, Codable {
        /// Rows above.
        public var top: Int
        /// Columns on the left.
        public var left: Int
        /// Rows below.
        public var bottom: Int
        /// Columns on the right.
        public var right: Int

        /// Rows and columns added on each side.
        public init(top: Int, left: Int, bottom: Int, right: Int) {
            self.top = top
            self.left = left
            self.bottom = bottom
            self.right = right
        }
    }

    /// The rows and columns added for an input of this height and width.
    public func edges(height: Int, width: Int, kernelHeight: Int, kernelWidth: Int, stride: Int) -> Edges {
        switch self {
        case .valid: return Edges(top: 0, left: 0, bottom: 0, right: 0)
        case .edges(let edges): return edges
        case .same:
            func total(_ size: Int, _ kernel: Int) -> Int {
                Swift.max(((size + stride - 1) / stride - 1) * stride + kernel - size, 0)
            }
            let vertical = total(height, kernelHeight)
            let horizontal = total(width, kernelWidth)
            return Edges(
                top: vertical / 2, left: horizontal / 2, bottom: vertical - vertical / 2,
                right: horizontal - horizontal / 2)
        }
    }
}

/// Normalisation of each channel. Its parameters gamma, beta, movingMean and movingVariance have the shape [channels].
public struct BatchNormalization: Sendable, Hashable, Codable {
    /// What is added to the variance; it differs by source.
    public var epsilon: Float

    /// A normalisation with this epsilon.
    public init(epsilon: Float) { self.epsilon = epsilon }
}

/// A function of each element alone.
public enum Activation: String, Sendable, Hashable, Codable {
    /// max(x, 0)
    case relu
    /// min(max(x, 0), 6)
    case relu6
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
