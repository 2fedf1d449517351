package import Networks
internal import OneDNN

/// Finds out how a network's values become whole numbers, by watching it compute pictures.
///
/// The limit of a grid is where the mean squared difference between values and their places on the grid is least: a few far values are cut
/// off so that the many others lie closer.
struct Calibration {
    /// What was seen of one value.
    private struct Sight {
        var largest: Float = 0
        var isSigned = false
        var samples: [Float] = []
    }

    /// How many of a value's numbers are looked at closely, for each picture.
    private static let samplesPerPicture = 512

    private let nodes: [FusedNode]
    /// What all values of a group are kept on the same grid for; by names of nodes.
    private let groups: NodeGroups
    private var sights: [String: Sight] = [:]
    /// The values that are watched.
    let watched: [String]

    /// - Parameter outputs: the nodes whose values are wanted of the network.
    init(_ network: Network, outputs: [String]) {
        nodes = network.fused(keeping: Set(outputs))
        groups = NodeGroups(nodes)
        watched = nodes.compactMap {
            switch $0.node.operation {
            case .pooling, .concatenate, .dropout, .flatten, .dense, .globalAveragePooling, .softmax: nil
            default: $0.output
            }
        }
    }

    /// Looks at the values of one picture after a run with the watched nodes as outputs.
    mutating func look(at workspace: Workspace) throws {
        for name in watched {
            var sight = sights[name] ?? Sight()
            try workspace.withFloats(of: name) { values in
                for index in values.indices {
                    sight.largest = max(sight.largest, abs(values[index]))
                    if values[index] < 0 { sight.isSigned = true }
                }
                // An odd step, so that not the same channels are met again and again.
                let step = max(values.count / Calibration.samplesPerPicture, 1) | 1
                for index in stride(from: step / 2, to: values.count, by: step) {
                    sight.samples.append(values[index])
                }
            }
            sights[name] = sight
        }
    }

    /// All convolutions in eight bits.
    func quantization() -> Quantization {
        let convolutions = nodes.filter { if case .convolution = $0.node.operation { true } else { false } }
        var together: [String: Sight] = [:]
        for (name, sight) in sights {
            let root = groups.root(of: name)
            var all = together[root] ?? Sight()
            all.largest = max(all.largest, sight.largest)
            all.isSigned = all.isSigned || sight.isSigned
            all.samples += sight.samples
            together[root] = all
        }
        let wanted = Set(convolutions.flatMap(\.sources).map(groups.root))
        let grids = together.filter { wanted.contains($0.key) }.mapValues(Calibration.grid)
        var named: [String: Quantization.Grid] = [:]
        for name in groups.names { named[name] = grids[groups.root(of: name)] }
        return Quantization(convolutions: Set(convolutions.map(\.node.name)), grids: named)
    }

    private static func grid(for sight: Sight) -> Quantization.Grid {
        let levels: Float = sight.isSigned ? 127 : 255
        guard sight.largest > 0 else { return Quantization.Grid(scale: 1, isSigned: sight.isSigned) }
        var best = (scale: sight.largest / levels, error: Double.infinity)
        for percent in stride(from: 100, through: 20, by: -4) {
            let scale = sight.largest * Float(percent) / 100 / levels
            let error = squaredError(of: sight.samples, scale: scale, levels: levels)
            if error < best.error { best = (scale, error) }
        }
        return Quantization.Grid(scale: best.scale, isSigned: sight.isSigned)
    }

    private static func squaredError(of samples: [Float], scale: Float, levels: Float) -> Double {
        var sum = 0.0
        for value in samples {
            let difference = value - max(-levels, min(levels, (value / scale).rounded())) * scale
            sum += Double(difference * difference)
        }
        return sum
    }
}

/// Values that one grid must serve: what goes into and comes out of an operation that only picks, joins or averages numbers.
struct NodeGroups {
    private var parents: [String: String] = [:]
    /// All names.
    var names: [String] { Array(parents.keys) }

    init(_ nodes: [FusedNode]) {
        for node in nodes { parents[node.output] = node.output }
        for fused in nodes {
            switch fused.node.operation {
            case .pooling, .concatenate, .dropout, .activation(.relu):
                for source in fused.node.inputs { join(source, fused.output) }
            default: continue
            }
        }
    }

    func root(of name: String) -> String {
        var name = name
        while let parent = parents[name], parent != name { name = parent }
        return name
    }

    private mutating func join(_ first: String, _ second: String) {
        parents[root(of: first)] = root(of: second)
    }
}

extension Quantization {
    /// Finds out what of a network is computed in eight bits, and on which grids, from the values that pictures give.
    ///
    /// - Parameters:
    ///   - outputs: the nodes whose values are wanted; the network's output where none is named.
    ///   - precision: the arithmetic of the rest.
    ///   - pictures: what enters the network, [height, width, channels] each.
    /// - Returns: the quantization, and how far the outputs are from those of `precision` then: the norm of the difference over their norm.
    package static func calibrated(
        _ network: Network, _ parameters: ParameterStore, outputs: [String] = [], precision: Precision,
        on pictures: [[Float]]
    ) throws -> (quantization: Quantization, error: Double) {
        let outputs = outputs.isEmpty ? [network.output.name] : outputs
        let input = network.nodes[0].name
        var calibration = Calibration(network, outputs: outputs)
        func run(
            _ plan: Plan, _ body: (Workspace) throws -> Void
        ) throws {
            let workspace = try Workspace(plan)
            for picture in pictures {
                try workspace.withFloats(of: input) { values in
                    for index in values.indices { values[index] = picture[index] }
                }
                try workspace.runForward()
                try body(workspace)
            }
        }
        func results(_ workspace: Workspace) throws -> [Float] {
            var result: [Float] = []
            for output in outputs {
                try workspace.withFloats(of: output) { values in
                    for index in values.indices { result.append(values[index]) }
                }
            }
            return result
        }
        var expected: [[Float]] = []
        try run(
            Plan(
                inferring: network, parameters, batch: 1, precision: precision,
                outputs: outputs + calibration.watched.filter { !outputs.contains($0) })
        ) {
            try calibration.look(at: $0)
            expected.append(try results($0))
        }
        let quantization = calibration.quantization()
        var (difference, norm, index) = (0.0, 0.0, 0)
        try run(
            Plan(
                inferring: network, parameters, batch: 1, precision: precision, quantization: quantization,
                outputs: outputs)
        ) {
            for (found, wanted) in zip(try results($0), expected[index]) {
                difference += Double((found - wanted) * (found - wanted))
                norm += Double(wanted * wanted)
            }
            index += 1
        }
        return (quantization, (difference / max(norm, .leastNormalMagnitude)).squareRoot())
    }
}
