internal import GraftNetworks
internal import GraftOneDNN
internal import GraftTensors

/// How an inference plan in floating point keeps the values between its fused nodes: in which type each is
/// read and written, who reads it last, and what is overwritten.
///
/// Kernels ask it when they are planned, and the estimate of memory follows it without planning anything.
struct InferenceLayout {
    /// The fused nodes, in order.
    let nodes: [FusedNode]
    /// The type of kernels and feature maps.
    let elementType: ElementType
    private let network: Network
    /// The nodes whose values are wanted.
    private let outputs: Set<String>
    /// The position of the last fused node that reads each value.
    private let lastReaders: [String: Int]
    /// What a global pooling takes.
    private let pooled: Set<String>
    /// Whether feature maps are kept in eights of channels, where their numbers of channels allow it.
    private let keepsInEights: Bool

    init(_ network: Network, outputs: [String], elementType: ElementType) {
        self.network = network
        self.elementType = elementType
        self.outputs = Set(outputs)
        nodes = network.fused(keeping: self.outputs)
        var lastReaders: [String: Int] = [:]
        for (position, node) in nodes.enumerated() {
            for source in node.sources { lastReaders[source] = position }
        }
        self.lastReaders = lastReaders
        keepsInEights = elementType == .float32 && Engine.prefersChannelsInEights && network.hasDepthwise
        pooled = Set(network.nodes.filter { $0.operation == .globalAveragePooling }.flatMap(\.inputs))
    }

    /// Whether a value is wanted when the plan has run.
    func isOutput(_ name: String) -> Bool { outputs.contains(name) }

    /// Whether nothing needs a value once the node at this position has read it.
    func isLastReader(_ position: Int, of name: String) -> Bool {
        lastReaders[name] == position && !isOutput(name)
    }

    /// Whether the mean over height and width is taken of a value: that of many numbers deserves better than
    /// their type, so what goes into it is kept in f32.
    func feedsPooling(_ name: String) -> Bool { pooled.contains(name) }

    /// The type that a node reads its inputs in; `nil` where it takes its leading one as it is, and the
    /// others like that.
    func sourceType(of node: FusedNode) -> ElementType? {
        guard case .computed(let form, _) = memory(of: node) else { return nil }
        return type(form)
    }

    /// The type of what a node gives, and of what is added to that; `nil` where it is that of the
    /// leading input.
    func resultType(of node: FusedNode) -> ElementType? {
        guard case .computed(_, let form) = memory(of: node) else { return nil }
        return node.node.operation.isConvolution && feedsPooling(node.output) ? .float32 : type(form)
    }

    /// Whether what a node gives is another view of what it takes.
    func isView(_ node: FusedNode) -> Bool { memory(of: node) == .view }

    /// What a convolution adds to its result and overwrites with it: the first addition that nothing else
    /// needs any more.
    func overwritten(by node: FusedNode, at position: Int) -> String? {
        guard node.node.operation.isConvolution else { return nil }
        return node.additions.first { isLastReader(position, of: $0) && node.node.inputs[0] != $0 }
    }

    // MARK: Channels

    /// Whether feature maps with these numbers of channels, which are read or written together, are kept in eights of
    /// channels: where that is quicker, and they can be so. Channels stay last else, so that no layer waits for a
    /// reorder.
    func keepsInEights(_ channels: [Int]) -> Bool {
        keepsInEights && channels.allSatisfy { $0.isMultiple(of: 8) }
    }

    /// How a node reads its inputs and keeps what it gives, where its leading input is kept like that.
    private func layouts(
        of node: FusedNode, leading: MemoryDescriptor.Layout
    ) -> (source: MemoryDescriptor.Layout, result: MemoryDescriptor.Layout) {
        let shapes = network.inputShapes(of: node.node)
        switch node.node.operation {
        case .convolution(let convolution): return layouts(of: convolution, channels: shapes[0][2])
        case .pooling, .concatenate:
            let layout = layout(ofMaps: shapes)
            return (layout, layout)
        case .activation, .add, .multiply: return (leading, leading)
        case .input, .batchNormalization, .globalAveragePooling, .adaptiveAveragePooling,
            .localResponseNormalization, .flatten, .dropout, .dense, .softmax, .parameter:
            return (.channelsLast, .channelsLast)
        }
    }

    /// How values of these shapes, which are read or written together, are kept.
    func layout(ofMaps shapes: [Shape]) -> MemoryDescriptor.Layout {
        let areMaps = shapes.allSatisfy { $0.rank == 3 }
        return areMaps && keepsInEights(shapes.map { $0[2] }) ? .channelsInEights : .channelsLast
    }

    /// How a convolution reads and keeps feature maps.
    func layouts(
        of convolution: Convolution, channels: Int
    ) -> (source: MemoryDescriptor.Layout, result: MemoryDescriptor.Layout) {
        let (filters, groups) = (convolution.filters, convolution.groups)
        // Of groups each has whole eights, but for those of one channel.
        let parts = groups == channels ? [] : [channels / groups, filters / groups]
        if keepsInEights([channels, filters] + parts) { return (.channelsInEights, .channelsInEights) }
        // oneDNN reads the few channels of a picture one behind the other then.
        let isFirst = channels < 4 && groups == 1 && keepsInEights([filters])
        return isFirst ? (.rowMajor, .channelsInEights) : (.channelsLast, .channelsLast)
    }

    /// The input whose form the others and the result have, where a node works in that: the first one of the
    /// result's shape.
    private func leadingInput(of node: FusedNode) -> String {
        let inputs = node.node.inputs
        return inputs.first { network.shape(of: $0) == network.shape(of: node.node.name) } ?? inputs.first
            ?? ""
    }

    private func memory(of node: FusedNode) -> MemoryBehaviour {
        node.node.operation.memory(inputs: network.inputShapes(of: node.node))
    }

    private func type(_ form: MemoryBehaviour.Form) -> ElementType? {
        switch form {
        case .exact: .float32
        case .fast: elementType
        case .same: nil
        }
    }
}

extension InferenceLayout {
    /// The bytes of the parameters as a plan holds them: kernels in the type in which their node reads,
    /// BatchNorm folded into a bias for each filter.
    var packedByteCount: Int {
        nodes.reduce(0) { sum, node in
            let parameters = node.node.operation.parameters(
                of: node.node.name, inputs: network.inputShapes(of: node.node))
            if node.node.operation.isParameter { return sum + parameters[0].shape.elementCount * 4 }
            guard let kernel = parameters.first(where: { $0.role == .kernel })?.shape else { return sum }
            let hasBias = node.node.operation.isConvolution || parameters.contains { $0.role == .bias }
            let size = (sourceType(of: node) ?? elementType).byteCount
            return sum + kernel.elementCount * size + (hasBias ? kernel[0] * 4 : 0)
        }
    }

    /// The bytes of the values of a batch of one: what a plan's ``Arena`` takes, but for what oneDNN decides when
    /// it makes a primitive.
    ///
    /// Each fused node has two times: at the first one inputs are brought into its element type, at the
    /// second it computes.
    var workspaceByteCount: Int {
        var lifetimes = Lifetimes()
        /// The memory of the value called so, its type, and its layout.
        typealias Place = (block: Int, type: ElementType, layout: MemoryDescriptor.Layout)
        var places: [String: Place] = [:]
        func add(_ name: String, _ type: ElementType) -> Int {
            lifetimes.addBlock(size: (network.shape(of: name)?.elementCount ?? 0) * type.byteCount)
        }
        /// Makes a value live until a node has read it, or a copy of it where it has another type or layout.
        func read(
            _ name: String, as wanted: ElementType?, _ layout: MemoryDescriptor.Layout, at position: Int
        ) -> Place? {
            guard let place = places[name] else { return nil }
            // Vectors have one layout.
            let isThere = layout == place.layout || network.shape(of: name)?.rank != 3
            guard wanted ?? place.type != place.type || !isThere else {
                lifetimes.use(place.block, at: 2 * position + 1)
                return place
            }
            lifetimes.use(place.block, at: 2 * position)
            let copy = add(name, wanted ?? place.type)
            lifetimes.use(copy, at: 2 * position)
            lifetimes.use(copy, at: 2 * position + 1)
            return (copy, wanted ?? place.type, layout)
        }
        for (position, node) in nodes.enumerated() {
            let inputs = node.node.inputs
            if isView(node) {
                places[node.output] = places[inputs[0]]
                continue
            }
            let leading = places[leadingInput(of: node)]
            let layouts = layouts(of: node, leading: leading?.layout ?? .channelsLast)
            var type = sourceType(of: node) ?? leading?.type
            for input in inputs { type = read(input, as: type, layouts.source, at: position)?.type ?? type }
            let result = resultType(of: node) ?? type ?? elementType
            let shared = overwritten(by: node, at: position)
            for name in node.additions {
                let place = read(name, as: result, layouts.result, at: position)
                if name == shared { places[node.output] = place }
            }
            if shared == nil { places[node.output] = (add(node.output, result), result, layouts.result) }
            if let block = places[node.output]?.block { lifetimes.use(block, at: 2 * position + 1) }
        }
        // A plan keeps what is handed in and out from the first step to after the last.
        let end = 2 * nodes.count
        for name in outputs {
            places[name] = read(name, as: .float32, .channelsLast, at: nodes.count) ?? places[name]
        }
        for name in network.inputs.map(\.name) + outputs {
            guard let block = places[name]?.block else { continue }
            lifetimes.use(block, at: 0)
            lifetimes.use(block, at: end)
        }
        return lifetimes.placed().byteCount
    }
}
