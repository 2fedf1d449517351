package import GraftTensors

/// What a node computes. Nothing here computes: a plan does.
///
/// Shapes are those of one image, without the batch: `[height, width, channels]` for a feature map, `[units]`
/// for a vector. What is known of an operation stands in one file of its own, as its
/// ``OperationDescriptor``.
package enum NetworkOperation: Sendable, Hashable {
    /// Where data enters the network.
    case input(Input)
    /// A two-dimensional convolution (cross-correlation), grouped and depthwise ones included.
    case convolution(Convolution)
    /// y = gamma · (x − mean) / √(variance + epsilon) + beta, per channel (Ioffe and Szegedy, 2015).
    case batchNormalization(BatchNormalization)
    /// A function of each element alone.
    case activation(Activation)
    /// The sum of two inputs, element by element; one is repeated along the axes that it lacks, or where it
    /// has an extent of 1.
    case add
    /// The product of two inputs, element by element, repeated as for ``add``.
    case multiply
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
    /// y = W x + b for a vector x, or for each of several: `[rows, inputs]` to `[rows, units]`.
    case dense(Dense)
    /// exp(x) / Σ exp(x) over the last axis.
    case softmax
    /// Learned numbers, the same for every picture.
    case parameter(LearnedTensor)
}

extension NetworkOperation {
    /// All that networks know of the operation: the one place that tells the cases apart.
    package var descriptor: any OperationDescriptor {
        switch self {
        case .input(let input): input
        case .convolution(let convolution): convolution
        case .batchNormalization(let normalization): normalization
        case .activation(let activation): ElementFunction(activation: activation)
        case .add: Addition()
        case .multiply: Multiplication()
        case .concatenate: Concatenation()
        case .pooling(let pooling): pooling
        case .globalAveragePooling: GlobalAveragePooling()
        case .adaptiveAveragePooling(let pooling): pooling
        case .localResponseNormalization(let normalization): normalization
        case .flatten: Flattening()
        case .dropout(let dropout): dropout
        case .dense(let dense): dense
        case .softmax: Softmax()
        case .parameter(let tensor): tensor
        }
    }

    /// The shape of the output for these input shapes; all without the batch.
    ///
    /// - Throws: ``NetworkError`` where the operation cannot take such inputs.
    package func outputShape(of node: String, inputs: [Shape]) throws(NetworkError) -> Shape {
        let descriptor = descriptor
        let counts = descriptor.inputCounts
        guard counts.contains(inputs.count) else {
            throw NetworkError(
                node, found: "has \(inputs.count) inputs",
                expected: counts.count == 1
                    ? "\(counts.lowerBound)" : "\(counts.lowerBound) to \(counts.upperBound)")
        }
        return try descriptor.outputShape(of: node, inputs: inputs)
    }

    /// The parameters of a node with this operation, in their canonical order.
    package func parameters(of node: String, inputs: [Shape]) -> [ParameterSpecification] {
        descriptor.parameters(inputs: inputs).map {
            ParameterSpecification(node: node, role: $0.role, shape: $0.shape)
        }
    }

    /// Whether it is a convolution of any kind.
    package var isConvolution: Bool {
        if case .convolution = self { true } else { false }
    }

    /// Whether it gives learned numbers, which depend on no picture.
    package var isParameter: Bool {
        if case .parameter = self { true } else { false }
    }

    /// Whether the output is random while training.
    package var isStochastic: Bool { descriptor.isRandom }

    /// How its numbers lie in memory when it is computed for inference.
    package func memory(inputs: [Shape]) -> MemoryBehaviour { descriptor.memory(inputs: inputs) }

    /// What becomes of it where its network is computed in eight bits.
    package var eightBits: EightBitBehaviour { descriptor.eightBits }

    /// Refuses sizes that no picture and no memory could have, before any arithmetic is done with them.
    ///
    /// - Throws: ``ImpossibleSize``, which names the first.
    package func checkSizes(of node: String) throws(ImpossibleSize) {
        try descriptor.checkSizes(SizeCheck(node: node))
    }
}

extension NetworkOperation: CustomStringConvertible {
    /// What it computes, in at most four words: "convolution 3x3 /2" is one with a stride of 2, "/g4" one in
    /// 4 groups.
    package var description: String { descriptor.summary }
}
