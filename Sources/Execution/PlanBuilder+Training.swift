internal import GraftNetworks
internal import GraftOneDNN
internal import GraftTensors

/// What the builder of a training plan knows beside.
struct TrainingParts {
    /// Which parameters are trained.
    let isTrained: @Sendable (ParameterSpecification) -> Bool
    /// The trained parameters, in order.
    var trained: [ParameterSpecification] = []
    /// The extents under which the primitives see them: those of grouped kernels have one axis more.
    var dimensions: [[Int]] = []
    /// The parameters that are not trained, by name.
    var frozen: [String: Slot] = [:]
    /// What BatchNorm nodes that are part of a convolution come to: a factor and a bias for each filter.
    var foldings: [String: Folding] = [:]
    /// Rows of ones, by their length.
    var ones: [Int: Slot] = [:]
    /// The names of nodes whose output depends on a trained parameter.
    var needsGradient: Set<String> = []
    /// The gradients of nodes' outputs, as far as any consumer has contributed to them.
    var gradients: [String: ValueIndex] = [:]
    /// The gradients that only the node whose output's they are reads, and which it may overwrite.
    var own: Set<ValueIndex> = []
    /// Values that were brought into another layout or element type, by what they were made of.
    var conversions: [ValueIndex: [ValueIndex]] = [:]
    /// What nodes' forward primitives leave for their backward ones.
    var workspaces: [String: ValueIndex] = [:]
    /// Which nodes normalise by the statistics of the batch in a training run.
    let usesBatchStatistics: @Sendable (Node) -> Bool
    /// How much of a moving mean or variance stays at each training run.
    let statisticsMomentum: Float
    /// The moving means and variances that training runs update, in order.
    var statistics: [ParameterSpecification] = []

    init(
        _ isTrained: @escaping @Sendable (ParameterSpecification) -> Bool,
        usesBatchStatistics: @escaping @Sendable (Node) -> Bool = { _ in false },
        statisticsMomentum: Float = 0
    ) {
        self.isTrained = isTrained
        self.usesBatchStatistics = usesBatchStatistics
        self.statisticsMomentum = statisticsMomentum
    }
}

extension PlanBuilder {
    /// Whether values are kept for a way back.
    var isTrainingPlan: Bool { training != nil }

    /// Whether the gradient of the output of the node called `name` is wanted.
    func needsGradient(_ name: String) -> Bool { training?.needsGradient.contains(name) == true }

    // MARK: Parameters

    /// Whether training changes this parameter of a node.
    func isTrained(_ node: Node, _ role: ParameterSpecification.Role) -> Bool {
        guard let training, role.hasGradient, let parameter = specification(node, role) else { return false }
        return training.isTrained(parameter)
    }

    /// Where a primitive finds a parameter, row-major under these extents: among the trained ones, or a
    /// constant.
    mutating func parameterSlot(
        _ node: Node, _ role: ParameterSpecification.Role, dimensions: [Int]
    ) throws -> Slot {
        if let place = trainedPlace(node, role, dimensions: dimensions) { return .parameter(place) }
        let name = "\(node.name)/\(role.rawValue)"
        if let known = training?.frozen[name] { return known }
        let descriptor = try MemoryDescriptor(dimensions, .float32, .rowMajor)
        let slot = try constant(try tensor(node, role), dimensions: dimensions, as: descriptor)
        training?.frozen[name] = slot
        return slot
    }

    /// Where the gradient of a trained parameter goes; `nil` for one that is not trained.
    mutating func gradientSlot(
        _ node: Node, _ role: ParameterSpecification.Role, dimensions: [Int]
    ) -> Slot? {
        trainedPlace(node, role, dimensions: dimensions).map { .gradient($0) }
    }

    /// Where a moving mean or variance is that training runs update.
    mutating func statisticsSlot(_ node: Node, _ role: ParameterSpecification.Role) throws -> Slot {
        guard let parameter = specification(node, role) else {
            throw ExecutionError("\(network.name): \(node.name)", found: "has no \(role.rawValue)")
        }
        if let known = training?.statistics.firstIndex(of: parameter) { return .statistics(known) }
        training?.statistics.append(parameter)
        return .statistics((training?.statistics.count ?? 0) - 1)
    }

    private mutating func trainedPlace(
        _ node: Node, _ role: ParameterSpecification.Role, dimensions: [Int]
    ) -> Int? {
        guard isTrained(node, role), let parameter = specification(node, role) else { return nil }
        if let known = training?.trained.firstIndex(of: parameter) { return known }
        training?.trained.append(parameter)
        training?.dimensions.append(dimensions)
        return training.map { $0.trained.count - 1 }
    }

    private func specification(
        _ node: Node, _ role: ParameterSpecification.Role
    ) -> ParameterSpecification? {
        node.operation.parameters(of: node.name, inputs: network.inputShapes(of: node)).first {
            $0.role == role
        }
    }

    // MARK: Layouts

    /// What the node called `name` gave, in another layout or element type; converted once for all that read
    /// it so, also on the way back.
    mutating func read(_ name: String, as wanted: MemoryDescriptor) throws -> ValueIndex {
        let value = try value(of: name)
        let known = training?.conversions[value] ?? []
        if let found = known.first(where: { descriptor($0) == wanted }) { return found }
        let copy = try converted(value, to: wanted)
        training?.conversions[value] = known + [copy]
        return copy
    }

    /// What is in `slot` in another layout: the slot itself, or a value that a reorder writes at each run.
    mutating func reordered(
        _ slot: Slot, from present: MemoryDescriptor, to wanted: MemoryDescriptor
    ) throws -> Slot {
        if present == wanted { return slot }
        let copy = addValue(wanted)
        let reorder = try Primitive.reorder(engine, source: present, destination: wanted)
        try append(reorder, [(.source, slot), (.destination, .value(copy))])
        return .value(copy)
    }

    /// Lets `write` fill memory of the layout `made`, and brings it into `slot`, whose layout is `wanted`.
    mutating func filling(
        _ slot: Slot, _ wanted: MemoryDescriptor, from made: MemoryDescriptor,
        _ write: (inout PlanBuilder, Slot) throws -> Void
    ) throws {
        if made == wanted { return try write(&self, slot) }
        let copy = addValue(made)
        try write(&self, .value(copy))
        let reorder = try Primitive.reorder(engine, source: made, destination: wanted)
        try append(reorder, [(.source, .value(copy)), (.destination, slot)])
    }

    // MARK: What forward primitives leave for backward ones

    /// Adds the memory that a forward primitive of training leaves for its backward one, if it leaves any.
    mutating func appendWorkspace(
        of primitive: Primitive, for name: String, to arguments: inout [(argument: Argument, slot: Slot)]
    ) throws {
        let size = primitive.workspaceByteCount
        guard isTrainingPlan, size > 0 else { return }
        let value = addValue(try MemoryDescriptor([size], .uint8, .rowMajor))
        training?.workspaces[name] = value
        arguments.append((.workspace, .value(value)))
    }

    /// Adds what the forward primitive of the node called `name` left, if it left anything.
    func appendWorkspace(for name: String, to arguments: inout [(argument: Argument, slot: Slot)]) {
        if let value = training?.workspaces[name] { arguments.append((.workspace, .value(value))) }
    }

    // MARK: Sums

    /// Adds what sums a feature map [N, C, H, W], channels last, over all but the channels; `slot`, or a
    /// value, takes the sums.
    ///
    /// A product with a row of ones does that.
    mutating func channelSums(of map: ValueIndex, into slot: Slot?) throws -> Slot {
        let whole = descriptor(map)
        let channels = whole.dimensions[1]
        let places = whole.dimensions.reduce(1, *) / channels
        let row = try MemoryDescriptor([1, places], whole.elementType, .rowMajor)
        let matrix = try MemoryDescriptor([places, channels], whole.elementType, .rowMajor)
        let sums = try MemoryDescriptor([1, channels], .float32, .rowMajor)
        let known = training?.ones[places]
        let ones =
            try known ?? constant([Float](repeating: 1, count: places), dimensions: [1, places], as: row)
        training?.ones[places] = ones
        let result = addValue(sums)
        let product = try Primitive.product(engine, row, matrix, destination: sums)
        try append(
            product,
            [
                (.source, ones), (.weights, .value(addValue(matrix, sharing: map))),
                (.destination, .value(result)),
            ])
        let vector = try MemoryDescriptor([channels], .float32, .rowMajor)
        let view = addValue(vector, sharing: result)
        guard let slot else { return .value(view) }
        let copy = try Primitive.reorder(engine, source: vector, destination: vector)
        try append(copy, [(.source, .value(view)), (.destination, slot)])
        return slot
    }

    // MARK: Gradients

    /// The gradient of a node's output; all consumers have contributed when the node's own turn comes.
    mutating func gradient(of name: String) throws -> ValueIndex {
        if let known = training?.gradients[name] { return known }
        let gradient = addValue(descriptor(try value(of: name)))
        training?.gradients[name] = gradient
        return gradient
    }

    /// Takes a value as the gradient of a node's output, or adds it to what other consumers contributed;
    /// nothing where no gradient is wanted.
    ///
    /// - Parameter isOwn: whether nothing else reads the value. One that is not must not change afterwards:
    ///   it may be part of several gradients.
    mutating func contribute(_ part: ValueIndex, to name: String, isOwn: Bool = false) throws {
        guard needsGradient(name) else { return }
        let total = descriptor(try value(of: name))
        let present = part
        let part = try converted(part, to: total)
        if isOwn || part != present {
            training?.own.insert(part)
        } else {
            training?.own.remove(part)
        }
        var sum = part
        if let others = training?.gradients[name] {
            // In place where one of the two may be overwritten.
            let isOther = mayOverwrite(others)
            let (first, second) = isOther ? (others, part) : (part, others)
            sum = addValue(total, sharing: mayOverwrite(first) ? first : nil)
            let addition = try Primitive.binary(
                engine, .add, source: total, second: total, destination: total)
            try append(
                addition,
                [(.source, .value(first)), (.secondSource, .value(second)), (.destination, .value(sum))])
            training?.own.insert(sum)
        }
        training?.gradients[name] = sum
    }

    /// Whether a gradient may be overwritten by the node whose output's it is.
    func mayOverwrite(_ gradient: ValueIndex) -> Bool { training?.own.contains(gradient) == true }

    /// Lets `write` compute what one consumer contributes to the gradient of the output of `name`, in memory
    /// of its own.
    ///
    /// - Parameter wanted: the layout and element type that `write` fills; those of the output where it is
    ///   not given.
    mutating func contribute(
        to name: String, as wanted: MemoryDescriptor? = nil,
        _ write: (inout PlanBuilder, ValueIndex) throws -> Void
    ) throws {
        guard needsGradient(name) else { return }
        let part = addValue(try wanted ?? descriptor(value(of: name)))
        try write(&self, part)
        try contribute(part, to: name, isOwn: true)
    }
}
