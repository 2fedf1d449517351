internal import GraftNetworks
internal import GraftTensors

/// What pictures showed of the values of a network: how they become whole numbers, and which of them bear it
/// badly.
///
/// The limit of a grid is where the mean squared difference between values and their places on the grid is
/// least: a few far values are cut off so that the many others lie closer.
struct Calibration {
    /// What was seen of one value.
    struct Sight: Sendable {
        var largest: Float = 0
        var isSigned = false
        var samples: [Float] = []
        /// The channel of each sample.
        var channels: [Int32] = []

        mutating func add(_ other: Sight) {
            largest = max(largest, other.largest)
            isSigned = isSigned || other.isSigned
            samples += other.samples
            channels += other.channels
        }
    }

    /// How many of a value's numbers are looked at closely, for each picture.
    private static let samplesPerPicture = 512

    private let nodes: [FusedNode]
    private let network: Network
    private let groups: NodeGroups
    /// By names of nodes.
    private var sights: [String: Sight] = [:]
    /// The values that are watched.
    let watched: [String]

    /// - Parameter outputs: the nodes whose values are wanted of the network.
    init(_ network: Network, outputs: [String]) {
        self.network = network
        nodes = network.fused(keeping: Set(outputs))
        groups = NodeGroups(nodes)
        watched = nodes.filter(\.node.operation.eightBits.isWatched).map(\.output)
    }

    /// What the values of one picture look like, after a run with the watched nodes as outputs.
    func sights(of workspace: Workspace) throws -> [String: Sight] {
        var result: [String: Sight] = [:]
        for name in watched {
            let channels = network.shape(of: name)?.dimensions.last ?? 1
            var sight = Sight()
            try workspace.withFloats(of: name) { values in
                for index in values.indices {
                    sight.largest = max(sight.largest, abs(values[index]))
                    if values[index] < 0 { sight.isSigned = true }
                }
                // An odd step, so that not the same channels are met again and again.
                let step = max(values.count / Calibration.samplesPerPicture, 1) | 1
                for index in stride(from: step / 2, to: values.count, by: step) {
                    sight.samples.append(values[index])
                    sight.channels.append(Int32(index % channels))
                }
            }
            result[name] = sight
        }
        return result
    }

    /// Takes in what one more picture looks like.
    mutating func add(_ seen: [String: Sight]) {
        for (name, sight) in seen { sights[name, default: Sight()].add(sight) }
    }

    /// The convolutions of the network that eight bits can be tried for.
    private var convolutions: [FusedNode] {
        nodes.filter(\.node.operation.isConvolution)
    }

    /// The grids of all that convolutions read, or add to their results, those that lose most by it first.
    func candidates() -> [Candidate] {
        var readers: [String: [FusedNode]] = [:]
        for node in convolutions {
            for source in node.sources { readers[groups.root(of: source), default: []].append(node) }
        }
        var together: [String: Sight] = [:]
        for name in sights.keys.sorted() {
            guard let sight = sights[name] else { continue }
            together[groups.root(of: name), default: Sight()].add(sight)
        }
        let candidates = readers.compactMap { root, readers -> Candidate? in
            guard let all = together[root], all.largest.isFinite else { return nil }
            let grid = Calibration.grid(for: all)
            let isByChannel = readers.contains {
                guard case .convolution(let convolution) = $0.node.operation else { return false }
                return convolution.groups > 1 && groups.root(of: $0.node.inputs[0]) == root
            }
            return Candidate(
                root: root, grid: grid, loss: Calibration.loss(of: all, on: grid, byChannel: isByChannel))
        }
        return candidates.sorted { ($0.loss, $0.root) > ($1.loss, $1.root) }
    }

    /// A grid for the values of a group, and how much of them it loses.
    struct Candidate {
        var root: String
        var grid: Quantization.Grid
        var loss: Double
    }

    /// Eight bits for all that reads the values of these groups.
    func quantization(_ candidates: some Sequence<Candidate>) -> Quantization {
        let grids = Dictionary(uniqueKeysWithValues: candidates.map { ($0.root, $0.grid) })
        var named: [String: Quantization.Grid] = [:]
        for name in groups.names { named[name] = grids[groups.root(of: name)] }
        let convolutions = convolutions.filter { named[$0.node.inputs[0]] != nil }
        return Quantization(convolutions: Set(convolutions.map(\.node.name)), grids: named)
    }

    private static func levels(_ isSigned: Bool) -> Float { isSigned ? 127 : 255 }

    private static func grid(for sight: Sight) -> Quantization.Grid {
        let levels = levels(sight.isSigned)
        // Smaller ones have no scale.
        guard sight.largest > 1e-30 else { return Quantization.Grid(scale: 1, isSigned: sight.isSigned) }
        var best = (scale: sight.largest / levels, error: Double.infinity)
        for percent in stride(from: 100, through: 20, by: -4) {
            let scale = sight.largest * Float(percent) / 100 / levels
            let error = sight.samples.reduce(0) { $0 + squaredError(of: $1, scale: scale, levels: levels) }
            if error < best.error { best = (scale, error) }
        }
        return Quantization.Grid(scale: best.scale, isSigned: sight.isSigned)
    }

    private static func squaredError(of value: Float, scale: Float, levels: Float) -> Double {
        let difference = value - max(-levels, min(levels, (value / scale).rounded())) * scale
        return Double(difference * difference)
    }

    /// The share of the values' squares that a grid loses; where a convolution keeps channels apart, the mean
    /// of each channel's share, for a small channel is lost beside a large one.
    private static func loss(
        of sight: Sight, on grid: Quantization.Grid, byChannel: Bool
    ) -> Double {
        var sums: [Int32: (error: Double, square: Double)] = [:]
        for (value, channel) in zip(sight.samples, sight.channels) {
            let error = squaredError(of: value, scale: grid.scale, levels: levels(grid.isSigned))
            let sum = sums[byChannel ? channel : 0, default: (0, 0)]
            sums[byChannel ? channel : 0] = (sum.error + error, sum.square + Double(value * value))
        }
        let shares = sums.sorted { $0.key < $1.key }.map {
            min($1.error / max($1.square, .leastNormalMagnitude), 1)
        }
        return shares.reduce(0, +) / Double(max(shares.count, 1))
    }
}
