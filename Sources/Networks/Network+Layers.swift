internal import GraftTensors

/// One node of a network, as a table of layers shows it.
public struct LayerSummary: Sendable, Hashable, Encodable {
    /// The node's name.
    public var name: String
    /// What it computes, as in "convolution 3x3 /2".
    public var operation: String
    /// The extents of its output, without the batch: [height, width, channels] or [units].
    public var shape: [Int]
    /// The number of its parameters, statistics of BatchNorm included.
    public var parameters: Int
    /// The number of its parameters that training can change.
    public var trainableParameters: Int
    /// The nodes whose outputs it takes, in order.
    public var inputs: [String]
}

extension Network {
    /// The nodes in order, with what each holds and gives.
    public var layers: [LayerSummary] {
        zip(nodes, shapes).map { node, shape in
            let parameters = node.operation.parameters(of: node.name, inputs: inputShapes(of: node))
            return LayerSummary(
                name: node.name, operation: node.operation.description, shape: shape.dimensions,
                parameters: parameters.reduce(0) { $0 + $1.shape.elementCount },
                trainableParameters: parameters.reduce(0) {
                    $0 + ($1.role.hasGradient ? $1.shape.elementCount : 0)
                }, inputs: node.inputs)
        }
    }
}

extension Operation: CustomStringConvertible {
    /// What it computes, in at most four words: "convolution 3x3 /2" is one with a stride of 2, "/g4" one in
    /// 4 groups.
    public var description: String {
        func step(_ stride: Int) -> String { stride > 1 ? " /\(stride)" : "" }
        switch self {
        case .input: return "input"
        case .convolution(let convolution):
            let window = "\(convolution.kernelHeight)x\(convolution.kernelWidth)\(step(convolution.stride))"
            if convolution.groups == 1 { return "convolution \(window)" }
            return convolution.groups == convolution.filters
                ? "depthwise \(window)" : "grouped \(window) /g\(convolution.groups)"
        case .batchNormalization: return "BatchNorm"
        case .activation(.relu): return "ReLU"
        case .activation(.relu6): return "ReLU6"
        case .activation(.leakyReLU(let slope)): return "leaky ReLU \(slope)"
        case .activation(.sigmoid): return "sigmoid"
        case .add: return "add"
        case .concatenate: return "concatenate"
        case .pooling(let pooling):
            let word = pooling.reduction == .maximum ? "max" : "mean"
            return "\(word) pooling \(pooling.size)x\(pooling.size)\(step(pooling.stride))"
        case .globalAveragePooling: return "global mean pooling"
        case .adaptiveAveragePooling(let pooling): return "mean pooling to \(pooling.height)x\(pooling.width)"
        case .localResponseNormalization: return "local response norm"
        case .flatten: return "flatten"
        case .dropout(let dropout): return "dropout \(dropout.rate)"
        case .dense: return "dense"
        case .softmax: return "softmax"
        }
    }
}
