internal import GraftTensors

/// A function of each element alone.
package enum Activation: Sendable, Hashable {
    /// max(x, 0)
    case relu
    /// min(max(x, 0), 6)
    case relu6
    /// x where it is positive, slope · x elsewhere (Maas et al., 2013).
    case leakyReLU(slope: Float)
    /// 1 / (1 + exp(−x))
    case sigmoid
    /// x / (1 + exp(−x)), also called swish (Ramachandran et al., 2017).
    case silu
    /// x · min(max(x / 6 + 1/2, 0), 1) (Howard et al., 2019).
    case hardSwish
    /// min(max(x / 6 + 1/2, 0), 1)
    case hardSigmoid
    /// x · Φ(x), with the distribution of normal numbers (Hendrycks and Gimpel, 2016).
    case gelu
    /// GELU by a formula with tanh: x / 2 · (1 + tanh(√(2/π) · (x + 0.044715 x³))).
    case geluTanh
}

extension Activation: Codable {
    private static let leaky = "leakyReLU "

    /// Reads the text that ``encode(to:)`` wrote.
    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        switch text {
        case "relu": self = .relu
        case "relu6": self = .relu6
        case "sigmoid": self = .sigmoid
        case "silu": self = .silu
        case "hardSwish": self = .hardSwish
        case "hardSigmoid": self = .hardSigmoid
        case "gelu": self = .gelu
        case "geluTanh": self = .geluTanh
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
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .relu: try container.encode("relu")
        case .relu6: try container.encode("relu6")
        case .sigmoid: try container.encode("sigmoid")
        case .silu: try container.encode("silu")
        case .hardSwish: try container.encode("hardSwish")
        case .hardSigmoid: try container.encode("hardSigmoid")
        case .gelu: try container.encode("gelu")
        case .geluTanh: try container.encode("geluTanh")
        case .leakyReLU(let slope): try container.encode("\(Activation.leaky)\(slope)")
        }
    }
}

extension Activation {
    /// Whether its gradient can be told from its result alone, so that its argument need not be kept.
    package var gradientNeedsResultOnly: Bool {
        switch self {
        case .relu, .relu6, .leakyReLU, .sigmoid: true
        case .silu, .hardSwish, .hardSigmoid, .gelu, .geluTanh: false
        }
    }

    /// Whether it can be computed on numbers that count other units than ones, its limits scaled with them.
    package var worksInOtherUnits: Bool {
        switch self {
        case .relu, .relu6, .leakyReLU: true
        case .sigmoid, .silu, .hardSwish, .hardSigmoid, .gelu, .geluTanh: false
        }
    }
}

/// The descriptor of an activation.
struct ElementFunction: Sendable, Hashable, Codable {
    var activation: Activation
}

extension ElementFunction: OperationDescriptor {
    static var kind: NetworkOperation.Kind { .activation }
    var operation: NetworkOperation { .activation(activation) }
    var summary: String {
        switch activation {
        case .relu: "ReLU"
        case .relu6: "ReLU6"
        case .leakyReLU(let slope): "leaky ReLU \(slope)"
        case .sigmoid: "sigmoid"
        case .silu: "SiLU"
        case .hardSwish: "hard swish"
        case .hardSigmoid: "hard sigmoid"
        case .gelu: "GELU"
        case .geluTanh: "GELU by tanh"
        }
    }
    var inputCounts: ClosedRange<Int> { 1...1 }

    func outputShape(of node: String, inputs: [Shape]) -> Shape { inputs[0] }

    func parameters(inputs: [Shape]) -> [(role: ParameterSpecification.Role, shape: Shape)] { [] }
    func multiplyAccumulates(inputs: [Shape], output: Shape) -> Int { 0 }
    var isRandom: Bool { false }
    func memory(inputs: [Shape]) -> MemoryBehaviour { .computed(from: .same, to: .same) }
    /// Zero stays zero in eight bits, so ReLU picks numbers; other limits and slopes have no form there.
    var eightBits: EightBitBehaviour {
        switch activation {
        case .relu: EightBitBehaviour(.sharesGrid, isWatched: true, canBeNegative: false)
        case .relu6: EightBitBehaviour(.none, isWatched: true, canBeNegative: false)
        case .hardSigmoid: EightBitBehaviour(.none, isWatched: true, canBeNegative: false)
        case .leakyReLU, .sigmoid, .silu, .hardSwish, .gelu, .geluTanh:
            EightBitBehaviour(.none, isWatched: true, canBeNegative: true)
        }
    }
    func checkSizes(_ check: SizeCheck) throws(ImpossibleSize) {}
}
