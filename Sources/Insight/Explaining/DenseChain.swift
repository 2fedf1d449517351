internal import GraftFiles
internal import GraftNetworks
internal import GraftTensors
internal import GraftTraining

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// What a network computes of its last feature map: a mean over it, or all of it in a row, then dense layers.
///
/// These are few enough to be computed, forwards and backwards, without a plan.
struct DenseChain: Sendable {
    /// A layer of it.
    private enum Layer: Sendable {
        case dense(kernel: [Float], bias: [Float])
        case relu
        case softmax
        case sigmoid
    }

    /// The node that gives the feature map.
    let map: String
    /// The extents of the map.
    let shape: Shape
    /// Whether the mean over the map is taken; else it is flattened.
    private let isPooled: Bool
    private let layers: [Layer]

    /// The end of a network.
    ///
    /// - Throws: `SettingError` where it is another one.
    init(_ network: Network, _ parameters: ParameterStore) throws {
        func refused(_ found: String) -> SettingError {
            SettingError(
                "The network \(network.name)", found: found,
                expected: "a feature map, its mean or all of it in a row, and dense layers")
        }
        var layers: [Layer] = []
        var name = network.output.name
        while let position = network.position(of: name) {
            let node = network.nodes[position]
            switch node.operation {
            case .dense:
                let bias = node.operation.parameters(of: node.name, inputs: network.inputShapes(of: node))
                    .first { $0.role == .bias }
                guard let kernel = parameters["\(node.name)/kernel"],
                    bias == nil || parameters["\(node.name)/bias"] != nil
                else { throw refused("has no parameters of \(node.name)") }
                layers.append(
                    .dense(kernel: kernel.floats, bias: bias.flatMap { parameters[$0.name]?.floats } ?? []))
            case .activation(.relu): layers.append(.relu)
            case .activation(.sigmoid): layers.append(.sigmoid)
            case .softmax: layers.append(.softmax)
            case .dropout: break
            case .globalAveragePooling, .flatten:
                guard let shape = network.inputShapes(of: node).first, shape.rank == 3 else {
                    throw refused("has no feature map before \(node.name)")
                }
                (map, self.shape) = (node.inputs[0], shape)
                isPooled = node.operation == .globalAveragePooling
                self.layers = layers.reversed()
                return
            case .input, .convolution, .batchNormalization, .activation, .add, .multiply, .concatenate,
                .pooling,
                .adaptiveAveragePooling, .localResponseNormalization, .parameter:
                throw refused("ends with \(node.operation)")
            }
            guard node.inputs.count == 1 else { break }
            name = node.inputs[0]
        }
        throw refused("has no such end")
    }

    /// The vector that the dense layers read of a map.
    private func vector(_ map: [Float]) -> [Float] {
        guard isPooled else { return map }
        let (places, channels) = (shape[0] * shape[1], shape[2])
        var vector = [Float](repeating: 0, count: channels)
        for place in 0..<places {
            for channel in 0..<channels { vector[channel] += map[place * channels + channel] }
        }
        return vector.map { $0 / Float(places) }
    }

    /// The answers to a map, as the network gives them.
    func answer(_ map: [Float]) -> [Float] { values(map).last ?? [] }

    /// What enters each layer, and what the last one gives.
    private func values(_ map: [Float]) -> [[Float]] {
        var values = [vector(map)]
        for layer in layers {
            let input = values[values.count - 1]
            switch layer {
            case .dense(let kernel, let bias):
                let units = kernel.count / max(input.count, 1)
                values.append(
                    (0..<units).map { unit in
                        var sum: Float = bias.isEmpty ? 0 : bias[unit]
                        for index in input.indices {
                            sum += kernel[unit * input.count + index] * input[index]
                        }
                        return sum
                    })
            case .relu: values.append(input.map { max($0, 0) })
            case .sigmoid: values.append(input.map { 1 / (1 + exp(-$0)) })
            case .softmax:
                let greatest = input.max() ?? 0
                let parts = input.map { exp($0 - greatest) }
                let sum = parts.reduce(0, +)
                values.append(parts.map { $0 / sum })
            }
        }
        return values
    }

    /// How much each place of a map adds to the score of an output, before it becomes a probability: the map's numbers
    /// times the score's gradient, summed over the channels.
    ///
    /// Where the mean is taken it is Grad-CAM (Selvaraju et al., 2017), and of one dense layer the class activation map
    /// (Zhou et al., 2016); where the map is flattened it is HiResCAM (Draelos and Carin, 2020).
    func classMap(_ map: [Float], output: Int) -> ClassMap {
        ClassMap(height: shape[0], width: shape[1], values: signedMap(map, output: output))
    }

    /// The same with what speaks against the output as negative numbers.
    func signedMap(_ map: [Float], output: Int) -> [Float] {
        let values = values(map)
        // What makes probabilities of scores comes last, and is left out.
        let scored = layers.lastIndex { if case .dense = $0 { true } else { false } } ?? layers.count - 1
        var gradient = [Float](repeating: 0, count: values[scored + 1].count)
        gradient[output] = 1
        for position in stride(from: scored, through: 0, by: -1) {
            let input = values[position]
            switch layers[position] {
            case .dense(let kernel, _):
                var below = [Float](repeating: 0, count: input.count)
                for (unit, share) in gradient.enumerated() where share != 0 {
                    for index in below.indices { below[index] += share * kernel[unit * input.count + index] }
                }
                gradient = below
            case .relu: for index in gradient.indices where input[index] <= 0 { gradient[index] = 0 }
            case .sigmoid, .softmax: break
            }
        }
        let (places, channels) = (shape[0] * shape[1], shape[2])
        return (0..<places).map { place in
            (0..<channels).reduce(Float(0)) { sum, channel in
                let number = place * channels + channel
                return sum + map[number] * (isPooled ? gradient[channel] / Float(places) : gradient[number])
            }
        }
    }
}
