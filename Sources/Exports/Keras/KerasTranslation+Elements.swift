internal import GraftFiles
internal import GraftNetworks
internal import GraftTensors

/// Functions of elements, and operations on two inputs.
extension KerasTranslation {
    /// A function of each element alone.
    mutating func add(_ activation: Activation, of node: Node, to input: String) -> Value {
        func named(_ name: String, isNonNegative: Bool = false) -> Value {
            Value(
                layer: add(.activation, for: node, to: [input], ["activation": .text(name)]),
                isNonNegative: isNonNegative)
        }
        switch activation {
        case .relu: return Value(layer: add(.relu, for: node, to: [input]), isNonNegative: true)
        case .relu6:
            return Value(
                layer: add(.relu, for: node, to: [input], ["max_value": .float(6)]), isNonNegative: true)
        case .leakyReLU(let slope):
            return Value(layer: add(.leakyReLU, for: node, to: [input], ["negative_slope": .float(slope)]))
        case .sigmoid: return named("sigmoid", isNonNegative: true)
        case .silu: return named("silu")
        case .hardSwish: return named("hard_silu")
        case .hardSigmoid: return named("hard_sigmoid", isNonNegative: true)
        case .gelu: return named("gelu")
        case .geluTanh:
            return Value(layer: addGELUByTanh(of: node, to: input))
        }
    }

    /// GELU by tanh, as x · sigmoid(x · (c + d x²)) with c = 2 √(2/π) and d = 0.044715 c: 1 + tanh(y) is twice
    /// the sigmoid of 2 y. Keras's activation of this name is the exact one.
    private mutating func addGELUByTanh(of node: Node, to input: String) -> String {
        let (shape, name) = (graph.shape(of: input), name(of: node))
        let factor = 2 * (2 / Double.pi).squareRoot()
        let square = graph.addHelper(.multiply, like: "\(name)_square", to: [input, input], shape: shape)
        let sum = graph.addHelper(
            .rescaling, like: "\(name)_sum", to: [square],
            ["scale": .double(0.044715 * factor), "offset": .double(factor)], shape: shape)
        let argument = graph.addHelper(
            .multiply, like: "\(name)_argument", to: [input, sum], shape: shape)
        let gate = graph.addHelper(
            .activation, like: "\(name)_gate", to: [argument], ["activation": .text("sigmoid")], shape: shape)
        return add(.multiply, for: node, to: [input, gate])
    }

    /// An operation on two inputs; the one with fewer axes gets those that it lacks.
    mutating func combine(_ kind: KerasLayer.Kind, _ node: Node, _ inputs: [Value]) -> String {
        let rank = inputs.map { graph.shape(of: $0.layer).rank }.max() ?? 0
        let layers = inputs.map { input in
            let shape = graph.shape(of: input.layer)
            guard shape.rank < rank else { return input.layer }
            let wide = [Int](repeating: 1, count: rank - shape.rank) + shape.dimensions
            return graph.reshape(input.layer, to: Shape(wide), like: "\(name(of: node))_wide")
        }
        return add(kind, for: node, to: layers)
    }

    /// A normalisation among channels: x · (k + alpha · m)^(−beta) with the mean m of the squares around.
    ///
    /// The mean is that of a pooling over channels, which have an axis of their own for it. So the layers
    /// have no weights that a user could train by mistake.
    mutating func add(
        _ normalization: LocalResponseNormalization, of node: Node, to input: String
    ) -> String {
        let (shape, name) = (graph.shape(of: input), name(of: node))
        let (places, channels, size) = (shape[0] * shape[1], shape[2], normalization.size)
        let square = graph.addHelper(.multiply, like: "\(name)_square", to: [input, input], shape: shape)
        let rows = graph.reshape(square, to: [places, channels, 1], like: "\(name)_rows")
        let padded = addZeros(
            Padding.Edges(top: 0, left: size / 2, bottom: 0, right: size / 2), like: name, to: rows)
        let means = graph.addHelper(
            .averagePooling, like: "\(name)_means", to: [padded],
            [
                "pool_size": .integers([1, size]), "strides": .integers([1, 1]), "padding": .text("valid"),
                "data_format": .text("channels_last"),
            ], shape: [places, channels, 1])
        let map = graph.reshape(means, to: shape, like: "\(name)_map")
        let divisor = graph.addHelper(
            .rescaling, like: "\(name)_base", to: [map],
            ["scale": .float(normalization.alpha), "offset": .float(normalization.k)], shape: shape)
        let factor = graph.addHelper(
            .power, like: "\(name)_factor", to: [divisor], shape: shape,
            arguments: [.float(-normalization.beta)])
        return add(.multiply, for: node, to: [input, factor])
    }
}
