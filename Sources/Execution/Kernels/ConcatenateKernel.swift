internal import GraftNetworks
internal import GraftOneDNN
internal import GraftTensors

/// Feature maps one after the other along the channels.
struct ConcatenateKernel: DifferentiableKernel {
    let node: Node

    func planForward(_ builder: inout PlanBuilder) throws {
        guard let outputShape = builder.network.shape(of: node.name) else { return }
        let (type, scale) = try form(builder)
        var descriptors: [MemoryDescriptor] = []
        var arguments: [(argument: Argument, slot: Slot)] = []
        let shapes = builder.network.inputShapes(of: node)
        let layout = builder.layout(ofMaps: shapes)
        for (position, shape) in shapes.enumerated() {
            let wanted = try MemoryDescriptor(
                shape.logicalDimensions(batch: builder.batch), type, layout)
            let source = try builder.read(node.inputs[position], as: wanted)
            descriptors.append(wanted)
            arguments.append((.sources(position), .value(source)))
        }
        let whole = try MemoryDescriptor(
            outputShape.logicalDimensions(batch: builder.batch), type, layout)
        let primitive = try Primitive.concatenation(
            builder.engine, axis: 1, sources: descriptors, destination: whole)
        let destination = builder.addValue(whole, named: node.name, scale: scale)
        try builder.append(primitive, arguments + [(.destination, .value(destination))])
    }

    /// The sources' own form where they are whole numbers of one kind, else the plan's type.
    private func form(_ builder: PlanBuilder) throws -> (type: ElementType, scale: Float) {
        let sources = try node.inputs.map { try builder.value(of: $0) }
        let (type, scale) = (builder.descriptor(sources[0]).elementType, builder.scale(sources[0]))
        let areAlike = sources.allSatisfy {
            builder.descriptor($0).elementType == type && builder.scale($0) == scale
        }
        return type.isEightBits && areAlike ? (type, scale) : (builder.elementType, 1)
    }

    func planBackward(_ builder: inout PlanBuilder) throws {
        let gradient = try builder.gradient(of: node.name)
        let whole = builder.descriptor(gradient)
        var channel = 0
        for (input, shape) in zip(node.inputs, builder.network.inputShapes(of: node)) {
            let part = try MemoryDescriptor(
                partOf: whole, dimensions: shape.logicalDimensions(batch: builder.batch),
                offsets: [0, channel, 0, 0])
            try builder.contribute(builder.addValue(part, sharing: gradient), to: input)
            channel += shape[2]
        }
    }
}
