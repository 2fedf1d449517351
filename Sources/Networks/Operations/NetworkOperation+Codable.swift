extension NetworkOperation: Codable {
    /// The words that saved models have for operations.
    package enum Kind: String, Codable, CaseIterable {
        case input, convolution, batchNormalization, activation, add, concatenate, pooling,
            globalAveragePooling, adaptiveAveragePooling, localResponseNormalization, flatten, dropout, dense,
            softmax, multiply, parameter

        /// What reads the settings of an operation of this kind.
        var descriptor: any OperationDescriptor.Type {
            switch self {
            case .input: Input.self
            case .convolution: Convolution.self
            case .batchNormalization: BatchNormalization.self
            case .activation: ElementFunction.self
            case .add: Addition.self
            case .concatenate: Concatenation.self
            case .pooling: Pooling.self
            case .globalAveragePooling: GlobalAveragePooling.self
            case .adaptiveAveragePooling: AdaptiveAveragePooling.self
            case .localResponseNormalization: LocalResponseNormalization.self
            case .flatten: Flattening.self
            case .dropout: Dropout.self
            case .dense: Dense.self
            case .softmax: Softmax.self
            case .multiply: Multiplication.self
            case .parameter: LearnedTensor.self
            }
        }
    }

    private enum CodingKeys: String, CodingKey { case kind }

    /// Reads the value that ``encode(to:)`` wrote.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self = try container.decode(Kind.self, forKey: .kind).descriptor.init(from: decoder).operation
    }

    /// Writes the kind, and beside it the settings.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        let descriptor = descriptor
        try container.encode(type(of: descriptor).kind, forKey: .kind)
        try descriptor.encode(to: encoder)
    }
}
