internal import GraftNetworks
internal import GraftOneDNN
internal import GraftTensors

/// The greatest element or the mean of each window, in the type of its source.
struct PoolingKernel: DifferentiableKernel {
    let node: Node
    let pooling: Pooling

    func planForward(_ builder: inout PlanBuilder) throws {
        let (primitive, wanted, pooled) = try forward(builder)
        let source = try builder.read(node.inputs[0], as: wanted)
        let destination = builder.addValue(pooled, named: node.name, scale: builder.scale(source))
        var arguments: [(argument: Argument, slot: Slot)] = [
            (.source, .value(source)), (.destination, .value(destination)),
        ]
        try builder.appendWorkspace(of: primitive, for: node.name, to: &arguments)
        try builder.append(primitive, arguments)
    }

    func planBackward(_ builder: inout PlanBuilder) throws {
        let gradient = try builder.gradient(of: node.name)
        let (forward, wanted, pooled) = try forward(builder)
        try builder.contribute(to: node.inputs[0], as: wanted) { builder, target in
            let primitive = try Primitive.poolingGradient(
                builder.engine, pooling.reduction.primitive, forward: forward, sourceGradient: wanted,
                destinationGradient: pooled, window: [pooling.size, pooling.size],
                geometry: geometry(builder))
            var arguments: [(argument: Argument, slot: Slot)] = [
                (.destinationGradient, .value(gradient)), (.sourceGradient, .value(target)),
            ]
            builder.appendWorkspace(for: node.name, to: &arguments)
            try builder.append(primitive, arguments)
        }
    }

    private func geometry(_ builder: PlanBuilder) -> ConvolutionGeometry {
        let edges = pooling.edges(input: builder.network.inputShapes(of: node)[0])
        return ConvolutionGeometry(
            strides: [pooling.stride, pooling.stride], paddingBefore: [edges.top, edges.left],
            paddingAfter: [edges.bottom, edges.right])
    }

    private func forward(
        _ builder: PlanBuilder
    ) throws -> (primitive: Primitive, source: MemoryDescriptor, destination: MemoryDescriptor) {
        let shape = builder.network.inputShapes(of: node)[0]
        let outputShape = try node.operation.outputShape(of: node.name, inputs: [shape])
        let type = builder.descriptor(try builder.value(of: node.inputs[0])).elementType
        let layout = builder.layout(ofMaps: [shape])
        let source = try MemoryDescriptor(shape.logicalDimensions(batch: builder.batch), type, layout)
        let destination = try MemoryDescriptor(
            outputShape.logicalDimensions(batch: builder.batch), type, layout)
        let primitive = try Primitive.pooling(
            builder.engine, pooling.reduction.primitive, source: source, destination: destination,
            window: [pooling.size, pooling.size], geometry: geometry(builder),
            isTraining: builder.isTrainingPlan)
        return (primitive, source, destination)
    }
}

extension Pooling.Reduction {
    /// The reduction as oneDNN knows it.
    fileprivate var primitive: PoolingReduction {
        switch self {
        case .maximum: .maximum
        case .average: .average
        case .averageWithPadding: .averageWithPadding
        }
    }
}
