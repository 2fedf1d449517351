internal import GraftNetworks
internal import GraftOneDNN
internal import GraftTensors

/// The mean over height and width, in f32.
struct GlobalAveragePoolingKernel: DifferentiableKernel {
    let node: Node

    func planForward(_ builder: inout PlanBuilder) throws {
        let wanted = try descriptor(builder)
        let source = try builder.read(node.inputs[0], as: wanted)
        let channels = wanted.dimensions[1]
        let pooled = try MemoryDescriptor([builder.batch, channels, 1, 1], .float32, .channelsLast)
        let destination = builder.addValue(pooled)
        try builder.append(
            try forward(builder), [(.source, .value(source)), (.destination, .value(destination))])
        let vector = try MemoryDescriptor([builder.batch, channels], .float32, .rowMajor)
        _ = builder.addValue(vector, named: node.name, sharing: destination)
    }

    func planBackward(_ builder: inout PlanBuilder) throws {
        let source = try descriptor(builder)
        let pooled = try MemoryDescriptor(
            [builder.batch, source.dimensions[1], 1, 1], .float32, .channelsLast)
        let gradient = builder.addValue(pooled, sharing: try builder.gradient(of: node.name))
        try builder.contribute(to: node.inputs[0], as: source) { builder, target in
            let primitive = try Primitive.poolingGradient(
                builder.engine, .average, forward: try forward(builder), sourceGradient: source,
                destinationGradient: pooled, window: Array(source.dimensions[2...]),
                geometry: geometry(source))
            try builder.append(
                primitive, [(.destinationGradient, .value(gradient)), (.sourceGradient, .value(target))])
        }
    }

    private func descriptor(_ builder: PlanBuilder) throws -> MemoryDescriptor {
        let shape = builder.network.inputShapes(of: node)[0]
        return try MemoryDescriptor(shape.logicalDimensions(batch: builder.batch), .float32, .channelsLast)
    }

    private func geometry(_ source: MemoryDescriptor) -> ConvolutionGeometry {
        ConvolutionGeometry(
            strides: Array(source.dimensions[2...]), paddingBefore: [0, 0], paddingAfter: [0, 0])
    }

    private func forward(_ builder: PlanBuilder) throws -> Primitive {
        let source = try descriptor(builder)
        let pooled = try MemoryDescriptor(
            [builder.batch, source.dimensions[1], 1, 1], .float32, .channelsLast)
        return try Primitive.pooling(
            builder.engine, .average, source: source, destination: pooled,
            window: Array(source.dimensions[2...]), geometry: geometry(source),
            isTraining: builder.isTrainingPlan)
    }
}
