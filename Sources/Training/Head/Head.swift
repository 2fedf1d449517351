package import GraftNetworks
internal import GraftTensors

/// The new part of a network, and what its nodes are called.
package enum Head {
    /// What the names of its nodes begin with.
    package static let prefix = "top/"
    /// The dense layer with one unit an output, whose values a loss is computed from.
    package static let logits = "top/dense"

    /// Whether a node belongs to a head.
    package static func contains(_ node: String) -> Bool { node.hasPrefix(prefix) }
}

extension HeadDesign {
    /// A trunk without top followed by this head.
    ///
    /// A head that starts with flatten takes the place of the trunk's global pooling.
    ///
    /// - Parameters:
    ///   - trunk: ends with global average pooling.
    ///   - outputs: the number of classes or numbers.
    ///   - activation: what makes answers of the logits; nothing where it is `nil`.
    /// - Throws: `NetworkError` where the parts do not fit.
    package func network(on trunk: Network, outputs: Int, activation: NetworkOperation?) throws -> Network {
        var trunk = trunk
        var nodes: [Node] = []
        func add(_ name: String, _ operation: NetworkOperation) {
            let input = nodes.last?.name ?? trunk.output.name
            nodes.append(Node(name: Head.prefix + name, operation: operation, inputs: [input]))
        }
        func addHidden(_ units: [Int], _ rate: Float) {
            for (index, count) in units.enumerated() {
                add("dense\(index + 1)", .dense(Dense(units: count)))
                add("relu\(index + 1)", .activation(.relu))
                if rate > 0 { add("dropout\(index + 1)", .dropout(Dropout(rate: rate))) }
            }
        }
        switch self {
        case .pooled(let rate):
            if rate > 0 { add("dropout", .dropout(Dropout(rate: rate))) }
        case .pooledDense(let units, let rate):
            addHidden(units, rate)
        case .flattened(let units, let rate):
            if case .globalAveragePooling = trunk.output.operation {
                trunk = try trunk.ending(at: trunk.output.inputs[0])
            }
            add("flatten", .flatten)
            addHidden(units, rate)
        }
        add("dense", .dense(Dense(units: outputs)))
        if let activation { add("output", activation) }
        return try trunk.appending(nodes)
    }
}

extension Network {
    /// Initial values of some parameters: dense kernels uniform between ±√(6 / (inputs + units)) (Glorot and
    /// Bengio, 2010), convolutions' normal with the variance 2 / inputs (He et al., 2015), what BatchNorm
    /// scales and divides by 1, all else 0.
    ///
    /// - Parameter isWanted: which nodes' parameters.
    package func initialParameters(seed: UInt64, where isWanted: (Node) -> Bool) -> ParameterStore {
        var store = ParameterStore()
        for node in nodes where isWanted(node) {
            for parameter in node.operation.parameters(of: node.name, inputs: inputShapes(of: node)) {
                store[parameter.name] = parameter.initialValue(seed: seed)
            }
        }
        return store
    }
}

extension ParameterSpecification {
    fileprivate func initialValue(seed: UInt64) -> Tensor {
        var generator = CounterGenerator(seed: seed, purpose: name)
        let count = shape.elementCount
        switch role {
        case .kernel where shape.rank == 2:
            let bound = (6 / Float(shape[0] + shape[1])).squareRoot()
            return Tensor(
                (0..<count).map { _ in (2 * generator.nextUniform() - 1) * bound }, shape: shape)
        case .kernel:
            let deviation = (2 / Float(count / shape[0])).squareRoot()
            return Tensor((0..<count).map { _ in generator.nextNormal() * deviation }, shape: shape)
        case .gamma, .movingVariance:
            return Tensor([Float](repeating: 1, count: count), shape: shape)
        case .bias, .beta, .movingMean:
            return Tensor(zeros: shape)
        case .value:
            return Tensor((0..<count).map { _ in generator.nextNormal() * 0.02 }, shape: shape)
        }
    }
}
