internal import GraftNetworks
internal import GraftOneDNN
internal import GraftTensors

/// The position of a value among those of a plan.
typealias ValueIndex = Int

/// Memory that a step works on.
enum Slot: Sendable, Hashable {
    /// A value in the workspace's arena.
    case value(ValueIndex)
    /// Packed parameters that all workspaces share.
    case constant(Int)
    /// A parameter that training changes, at this position among the plan's.
    case parameter(Int)
    /// The gradient of the parameter at this position.
    case gradient(Int)
    /// A moving mean or variance that training runs update, at this position among the plan's.
    case statistics(Int)
}

/// Memory in the arena, or another view of it.
struct PlanValue: Sendable {
    var descriptor: MemoryDescriptor
    /// The value that it shares its memory with.
    var storage: ValueIndex
    /// What its whole numbers are multiplied by; 1 for other element types.
    var scale: Float = 1
}

/// One thing that a plan does when it runs.
struct PlanStep: Sendable {
    enum Action: Sendable {
        case primitive(Primitive, [(argument: Argument, slot: Slot)])
        /// Work that no primitive does; it touches these slots only.
        case work([Slot], @Sendable (Workspace) throws -> Void)
    }

    /// The runs that a step is for.
    enum Occasion: Sendable {
        case always
        /// Where ``Workspace/isTraining`` is set.
        case training
        /// Where it is not.
        case evaluating
    }

    var action: Action
    var occasion: Occasion

    var slots: [Slot] {
        switch action {
        case .primitive(_, let arguments): arguments.map(\.slot)
        case .work(let slots, _): slots
        }
    }
}

/// Collects the steps of a plan while kernels are asked for them one after the other.
struct PlanBuilder {
    let network: Network
    /// The parameters, and what plans have packed of them.
    let packed: PackedParameters
    let batch: Int
    let elementType: ElementType
    /// How an inference plan keeps values; `nil` in a training plan, which keeps all of them.
    let layout: InferenceLayout?
    /// What is computed in eight bits, where something is.
    let quantization: Quantization?
    /// The position of the fused node that is being planned.
    var position = 0

    private(set) var values: [PlanValue] = []
    private(set) var steps: [PlanStep] = []
    private(set) var constants: [Memory] = []
    private var named: [String: ValueIndex] = [:]
    /// What a training plan knows beside; `nil` in an inference plan.
    var training: TrainingParts?

    init(
        network: Network, packed: PackedParameters, batch: Int, elementType: ElementType,
        layout: InferenceLayout? = nil, quantization: Quantization? = nil
    ) {
        self.network = network
        self.packed = packed
        self.batch = batch
        self.elementType = elementType
        self.layout = layout
        self.quantization = quantization
    }

    var engine: Engine { packed.engine }
    var parameters: ParameterStore { packed.parameters }

    // MARK: Values

    /// The value of the node of this name.
    func value(of name: String) throws -> ValueIndex {
        guard let value = named[name] else {
            throw ExecutionError("\(network.name): \(name)", found: "is read before it is computed")
        }
        return value
    }

    /// The descriptor of a value.
    func descriptor(_ value: ValueIndex) -> MemoryDescriptor { values[value].descriptor }

    /// What a value's whole numbers are multiplied by; 1 where it has others.
    func scale(_ value: ValueIndex) -> Float { values[value].scale }

    /// The descriptor of a value with elements of a type: its own where it has them.
    func descriptor(_ value: ValueIndex, as type: ElementType) throws -> MemoryDescriptor {
        let present = descriptor(value)
        guard present.elementType != type else { return present }
        return try MemoryDescriptor(present.dimensions, type, .channelsLast)
    }

    /// The type in which something is computed that has no form in eight bits: that of the value, or else the
    /// plan's.
    func floatType(of value: ValueIndex) -> ElementType {
        let type = descriptor(value).elementType
        return type.isEightBits ? elementType : type
    }

    /// Adds a value; it may be a view of another's memory.
    mutating func addValue(
        _ descriptor: MemoryDescriptor, named name: String? = nil, sharing other: ValueIndex? = nil,
        scale: Float = 1
    ) -> ValueIndex {
        let index = values.count
        values.append(
            PlanValue(
                descriptor: descriptor, storage: other.map { values[$0].storage } ?? index, scale: scale))
        if let name { named[name] = index }
        return index
    }

    /// Lets `name` stand for a value that exists already.
    mutating func setValue(_ value: ValueIndex, of name: String) { named[name] = value }

    /// Whether the memory of the value called `name` may be overwritten by the node that is being planned.
    func isLastReader(of name: String) -> Bool { layout?.isLastReader(position, of: name) == true }

    /// Whether a value is wanted when an inference plan has run.
    func isOutput(_ name: String) -> Bool { layout?.isOutput(name) == true }

    /// The type in which an inference plan in floating point keeps what a node gives.
    func resultType(of node: FusedNode) -> ElementType { layout?.resultType(of: node) ?? elementType }

    /// How values of these shapes, which are read or written together, are kept.
    func layout(ofMaps shapes: [Shape]) -> MemoryDescriptor.Layout {
        floatLayout?.layout(ofMaps: shapes) ?? .channelsLast
    }

    /// How a convolution reads and keeps feature maps.
    func layouts(
        of convolution: Convolution, channels: Int
    ) -> (source: MemoryDescriptor.Layout, result: MemoryDescriptor.Layout) {
        floatLayout?.layouts(of: convolution, channels: channels) ?? (.channelsLast, .channelsLast)
    }

    /// The layout, where nothing is in eight bits.
    private var floatLayout: InferenceLayout? { quantization == nil ? layout : nil }

    /// The value in another layout or element type: itself, or a new one that a reorder writes.
    ///
    /// - Parameters:
    ///   - scale: what whole numbers are multiplied by in what is wanted; what the value's are, where it is
    ///     not given.
    ///   - isOwn: whether it must be a copy, which may be overwritten.
    mutating func converted(
        _ value: ValueIndex, to wanted: MemoryDescriptor, scale: Float? = nil, isOwn: Bool = false
    ) throws -> ValueIndex {
        let present = descriptor(value)
        let scale = scale ?? (wanted.elementType.isEightBits ? values[value].scale : 1)
        let factor = values[value].scale / scale
        if present == wanted, factor == 1, !isOwn { return value }
        let copy = addValue(wanted, scale: scale)
        let reorder = try Primitive.reorder(
            engine, source: present, destination: wanted, scaledAxes: factor == 1 ? nil : 0)
        var arguments: [(argument: Argument, slot: Slot)] = [
            (.source, .value(value)), (.destination, .value(copy)),
        ]
        if factor != 1 {
            let one = try MemoryDescriptor([1], .float32, .rowMajor)
            arguments.append((.sourceScales, try constant([factor], dimensions: [1], as: one)))
        }
        try append(reorder, arguments)
        return copy
    }

    /// The value of the node of this name as f32, channels last.
    mutating func plainValue(of name: String, isOwn: Bool = false) throws -> ValueIndex {
        let value = try value(of: name)
        let plain = try MemoryDescriptor(descriptor(value).dimensions, .float32, .channelsLast)
        return try converted(value, to: plain, isOwn: isOwn)
    }

    // MARK: Steps

    /// Adds a primitive; its scratchpad is provided.
    mutating func append(
        _ primitive: Primitive, _ arguments: [(argument: Argument, slot: Slot)],
        on occasion: PlanStep.Occasion = .always
    ) throws {
        var arguments = arguments
        let size = primitive.scratchpadByteCount
        if size > 0 {
            let scratchpad = addValue(try MemoryDescriptor([size], .uint8, .rowMajor))
            arguments.append((.scratchpad, .value(scratchpad)))
        }
        steps.append(PlanStep(action: .primitive(primitive, arguments), occasion: occasion))
    }

    /// Adds work that no primitive does.
    mutating func append(
        touching slots: [Slot], on occasion: PlanStep.Occasion = .always,
        _ work: @escaping @Sendable (Workspace) throws -> Void
    ) {
        steps.append(PlanStep(action: .work(slots, work), occasion: occasion))
    }

    // MARK: Parameters

    /// What other plans may have packed already in the layout and element type that a primitive wants; `pack`
    /// makes it where they have not.
    mutating func shared(
        _ key: PackedKey, as wanted: MemoryDescriptor, _ pack: (inout PlanBuilder) throws -> Slot
    ) throws -> Slot {
        let count = constants.count
        let memory = try packed.memory(key, as: wanted) {
            _ = try pack(&self)
            return constants[count]
        }
        // What was packed here stands there already; another's may be taken instead.
        if constants.count > count { constants.removeLast(constants.count - count) }
        constants.append(memory)
        return .constant(count)
    }

    /// Packs numbers into the layout and element type that a primitive wants; done once, when planning.
    mutating func constant(
        _ numbers: [Float], dimensions: [Int], as wanted: MemoryDescriptor
    ) throws -> Slot {
        let plain = try MemoryDescriptor(dimensions, .float32, .rowMajor)
        return try unsafe numbers.withUnsafeBytes { try unsafe constant($0, plain, as: wanted) }
    }

    /// Packs whole numbers into the layout that a primitive wants; done once, when planning.
    mutating func constant(
        _ numbers: [Int8], dimensions: [Int], as wanted: MemoryDescriptor
    ) throws -> Slot {
        let plain = try MemoryDescriptor(dimensions, .int8, .rowMajor)
        return try unsafe numbers.withUnsafeBytes { try unsafe constant($0, plain, as: wanted) }
    }

    /// Packs a parameter as it is, without a copy in between: some have 400 MB.
    mutating func constant(
        _ parameter: Tensor, dimensions: [Int], as wanted: MemoryDescriptor
    ) throws -> Slot {
        let plain = try MemoryDescriptor(dimensions, .float32, .rowMajor)
        return try unsafe parameter.withUnsafeBytes { bytes in
            // In a mapped file it may lie anywhere.
            let isAligned = Int(bitPattern: bytes.baseAddress) % MemoryLayout<Float>.alignment == 0
            return isAligned
                ? try unsafe constant(bytes, plain, as: wanted)
                : try constant(parameter.floats, dimensions: dimensions, as: wanted)
        }
    }

    private mutating func constant(
        _ bytes: UnsafeRawBufferPointer, _ plain: MemoryDescriptor, as wanted: MemoryDescriptor
    ) throws -> Slot {
        let packed = try Memory(wanted, engine: engine)
        if plain == wanted {
            unsafe packed.withBytes { unsafe $0.copyMemory(from: bytes) }
        } else if let address = bytes.baseAddress {
            let reorder = try Primitive.reorder(engine, source: plain, destination: wanted)
            let stream = try Stream(engine)
            // oneDNN only reads a source.
            let source = try unsafe Memory(
                plain, engine: engine, at: UnsafeMutableRawPointer(mutating: address))
            var arguments: [(argument: Argument, memory: Memory)] = [
                (.source, source), (.destination, packed),
            ]
            let size = reorder.scratchpadByteCount
            if size > 0 {
                let scratchpad = try Memory(MemoryDescriptor([size], .uint8, .rowMajor), engine: engine)
                arguments.append((.scratchpad, scratchpad))
            }
            try PrimitiveCall(reorder, arguments).run(on: stream)
            try stream.wait()
        }
        constants.append(packed)
        return .constant(constants.count - 1)
    }

    /// The numbers of a node's parameter.
    func numbers(_ node: Node, _ role: ParameterSpecification.Role) throws -> [Float] {
        try tensor(node, role).floats
    }

    /// A node's parameter.
    func tensor(_ node: Node, _ role: ParameterSpecification.Role) throws -> Tensor {
        let shapes = network.inputShapes(of: node)
        guard
            let parameter = node.operation.parameters(of: node.name, inputs: shapes).first(where: {
                $0.role == role
            })
        else {
            throw ExecutionError("\(network.name): \(node.name)", found: "has no \(role.rawValue)")
        }
        return try parameters.tensor(for: parameter)
    }
}
