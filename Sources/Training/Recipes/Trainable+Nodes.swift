package import GraftArchitectures
internal import GraftFiles
package import GraftNetworks

extension Trainable {
    /// The names of the nodes whose parameters are trained: those of the head, and what of the trunk is not
    /// frozen.
    ///
    /// - Parameters:
    ///   - network: a trunk and a head, whose nodes' names begin with "top/".
    ///   - architecture: that of the trunk.
    /// - Throws: ``TrainingError`` where a layer is not there, a pattern fits none, or nothing is left to
    ///   freeze or to train.
    package func nodes(in network: Network, of architecture: Architecture) throws -> Set<String> {
        let layers = try TrunkLayers(network, architecture)
        return layers.head.union(try trained(among: layers))
    }

    /// What is trained of the trunk.
    private func trained(among layers: TrunkLayers) throws -> Set<String> {
        switch self {
        case .head: return []
        case .all: return Set(layers.trainable)
        case .from(let name): return layers.starting(at: try layers.position(of: name))
        case .share(let share): return layers.starting(at: try layers.start(ofShare: share))
        case .blocks(let count): return try layers.lastBlocks(count)
        case .layers(let patterns):
            return try patterns.reduce(into: []) { $0.formUnion(try layers.matching($1)) }
        case .freezing(let patterns):
            let frozen = try patterns.reduce(into: Set<String>()) { $0.formUnion(try layers.matching($1)) }
            return try layers.rest(of: frozen, words: "freeze: [\(patterns.joined(separator: ", "))]")
        case .freezingFirst(let count): return try layers.withoutFirst(count)
        }
    }
}

/// The layers of a trunk, to choose among.
struct TrunkLayers {
    let trunk: Network
    let architecture: Architecture
    /// The nodes of the head that have parameters.
    let head: Set<String>
    /// The trunk's nodes that training can change, in order.
    let trainable: [String]
    /// What the source calls nodes, where that is not what they are called here, and the layers that are
    /// several nodes.
    private let sourceNames: [(name: String, nodes: Set<String>)]

    init(_ network: Network, _ architecture: Architecture) throws {
        let end = network.nodes.firstIndex { $0.name.hasPrefix(Head.prefix) }
        trunk = try network.ending(at: network.nodes[max((end ?? network.nodes.count) - 1, 0)].name)
        self.architecture = architecture
        let trainable = network.parameters.filter(\.role.hasGradient).map(\.node)
        head = Set(trainable.filter { $0.hasPrefix(Head.prefix) })
        let inTrunk = Set(trainable).subtracting(head)
        self.trainable = trunk.nodes.map(\.name).filter(inTrunk.contains)
        sourceNames = architecture.sourceLayers(of: trunk).flatMap { layer in
            let nodes = Set(
                layer.entries.map {
                    $0.parameter.split(separator: "/").dropLast().joined(separator: "/")
                })
            return layer.names.map { ($0, nodes) }
        }
    }

    private var names: [String] { trunk.nodes.map(\.name) }

    /// What says where to look.
    private var listing: Remedy {
        "\(.action(.listLayers(network: architecture.name))) lists them"
    }

    /// The position of the layer of this name in the trunk.
    func position(of name: String) throws -> Int {
        if let position = trunk.position(of: name) { return position }
        if let nodes = sourceNames.first(where: { $0.name == name })?.nodes,
            let position = nodes.compactMap({ trunk.position(of: $0) }).min()
        {
            return position
        }
        let nearest = NearestName.of(name, among: names + sourceNames.map(\.name))
        throw TrainingError(
            architecture.name, found: "has no layer \"\(name)\"",
            remedy: nearest.map { "Did you mean \($0)?" } ?? listing)
    }

    /// The layers that training can change from this position on.
    func starting(at start: Int) -> Set<String> {
        Set(trainable.filter { (trunk.position(of: $0) ?? 0) >= start })
    }

    /// The layers that training can change and whose names fit a pattern.
    func matching(_ text: String) throws -> Set<String> {
        let pattern = NamePattern(text)
        let own = trainable.filter(pattern.matches)
        let found = sourceNames.filter { pattern.matches($0.name) }.reduce(into: Set(own)) {
            $0.formUnion($1.nodes)
        }
        guard found.isEmpty else { return found }
        if names.contains(where: pattern.matches) {
            throw TrainingError(
                "\"\(text)\"", found: "fits only layers of \(architecture.name) that have no parameters",
                expected: "a pattern of layers with parameters")
        }
        let nearest = pattern.nearest(among: trainable) ?? pattern.nearest(among: sourceNames.map(\.name))
        throw TrainingError(
            "\"\(text)\"", found: "fits no layer of \(architecture.name)",
            remedy: nearest.map { "Did you mean \($0)?" } ?? listing)
    }

    /// All layers that training can change but these.
    func rest(of frozen: Set<String>, words: String) throws -> Set<String> {
        let rest = Set(trainable).subtracting(frozen)
        guard !rest.isEmpty else {
            throw TrainingError(
                "\"\(words)\"", found: "leaves no layer of \(architecture.name) to train",
                remedy: "To train the head alone, write `train: head`")
        }
        return rest
    }

    /// All layers that training can change but the first so many, as Keras counts them; other sources'
    /// networks are counted by layers with parameters.
    func withoutFirst(_ count: Int) throws -> Set<String> {
        let layers =
            architecture.source == .keras ? architecture.kerasLayers(of: trunk) : trainable.map { [$0] }
        let words = "freeze-first: \(count)"
        guard (1...layers.count).contains(count) else {
            let kind = architecture.source == .keras ? "as Keras counts them" : "with parameters"
            throw TrainingError(
                "\"\(words)\"", found: "does not fit \(architecture.name)",
                expected: "1 to \(layers.count), its number of layers \(kind)")
        }
        let frozen = Set(layers.prefix(count).joined()).intersection(trainable)
        guard !frozen.isEmpty else {
            throw TrainingError(
                "\"\(words)\"", found: "freezes no layer of \(architecture.name) that has parameters",
                remedy: "To train everything, write `train: all`")
        }
        return try rest(of: frozen, words: words)
    }

    /// The layers of the last so many blocks that training can change.
    func lastBlocks(_ count: Int) throws -> Set<String> {
        let blocks = trunk.blocks
        guard (1...blocks.count).contains(count) else {
            throw TrainingError(
                "\"blocks: \(count)\"", found: "does not fit \(architecture.name)",
                expected: "1 to \(blocks.count), its number of blocks")
        }
        return Set(blocks.suffix(count).joined()).intersection(trainable)
    }

    /// The position of the first of the last layers that are about this share of the trunk's: a convolution
    /// before which one output alone crosses, so that it stays together with what normalises it, and a block
    /// with itself.
    func start(ofShare share: Double) throws -> Int {
        guard share > 0, share < 1 else {
            throw TrainingError(
                "\"train: \(share)\"", found: "is no share", expected: "greater than 0 and less than 1",
                remedy: share == 1 ? "To train everything, write `train: all`" : nil)
        }
        let wanted = Double(trunk.nodes.count) * (1 - share)
        let points = trunk.cutPoints.compactMap { trunk.position(of: $0) }.filter { position in
            trunk.nodes[position].operation.isConvolution
        }
        guard let nearest = points.min(by: { abs(Double($0) - wanted) < abs(Double($1) - wanted) }) else {
            throw TrainingError(architecture.name, found: "cannot be cut anywhere")
        }
        return nearest
    }
}
