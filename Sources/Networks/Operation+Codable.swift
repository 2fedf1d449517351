extension Operation: Codable {
    private enum CodingKeys: String, CodingKey { case kind, activation }

    private enum Kind: String, Codable {
        case input, convolution, batchNormalization, activation, add, concatenate, pooling,
            globalAveragePooling, adaptiveAveragePooling, localResponseNormalization, flatten, dropout, dense,
            softmax
    }

    /// Reads the value that ``encode(to:)`` wrote.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self =
            switch try container.decode(Kind.self, forKey: .kind) {
            case .input: .input(try Input(from: decoder))
            case .convolution: .convolution(try Convolution(from: decoder))
            case .batchNormalization: .batchNormalization(try BatchNormalization(from: decoder))
            case .activation: .activation(try container.decode(Activation.self, forKey: .activation))
            case .add: .add
            case .concatenate: .concatenate
            case .pooling: .pooling(try Pooling(from: decoder))
            case .globalAveragePooling: .globalAveragePooling
            case .adaptiveAveragePooling: .adaptiveAveragePooling(try AdaptiveAveragePooling(from: decoder))
            case .localResponseNormalization:
                .localResponseNormalization(try LocalResponseNormalization(from: decoder))
            case .flatten: .flatten
            case .dropout: .dropout(try Dropout(from: decoder))
            case .dense: .dense(try Dense(from: decoder))
            case .softmax: .softmax
            }
    }

    /// Writes the value.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        func write(_ kind: Kind, _ payload: (any Encodable)? = nil) throws {
            try container.encode(kind, forKey: .kind)
            try payload?.encode(to: encoder)
        }
        switch self {
        case .input(let input): try write(.input, input)
        case .convolution(let convolution): try write(.convolution, convolution)
        case .batchNormalization(let normalization): try write(.batchNormalization, normalization)
        case .activation(let activation):
            try write(.activation)
            try container.encode(activation, forKey: .activation)
        case .add: try write(.add)
        case .concatenate: try write(.concatenate)
        case .pooling(let pooling): try write(.pooling, pooling)
        case .globalAveragePooling: try write(.globalAveragePooling)
        case .adaptiveAveragePooling(let pooling): try write(.adaptiveAveragePooling, pooling)
        case .localResponseNormalization(let normalization):
            try write(.localResponseNormalization, normalization)
        case .flatten: try write(.flatten)
        case .dropout(let dropout): try write(.dropout, dropout)
        case .dense(let dense): try write(.dense, dense)
        case .softmax: try write(.softmax)
        }
    }
}
