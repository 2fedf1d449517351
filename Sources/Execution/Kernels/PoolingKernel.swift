internal import Networks
internal import OneDNN
internal import Tensors

/// The greatest element or the mean of each window, in the type of its source.
struct PoolingKernel: Kernel {
    let node: Node
    let pooling: Pooling

    func planForward(_ builder: inout PlanBuilder) throws {
        let shape = builder.network.inputShapes(of: node)[0]
        guard let outputShape = builder.network.shape(of: node.name) else { return }
        let value = try builder.value(of: node.inputs[0])
        let type = builder.descriptor(value).elementType
        let wanted = try MemoryDescriptor(shape.logicalDimensions(batch: builder.batch), type, .channelsLast)
        let source = try builder.converted(value, to: wanted)
        let pooled = try MemoryDescriptor(
            outputShape.logicalDimensions(batch: builder.batch), type, .channelsLast)
        let edges = pooling.edges(input: shape)
        let primitive = try Primitive.pooling(
            builder.engine, pooling.reduction.primitive, source: wanted, destination: pooled,
            window: [pooling.size, pooling.size],
            geometry: ConvolutionGeometry(
                strides: [pooling.stride, pooling.stride], paddingBefore: [edges.top, edges.left],
                paddingAfter: [edges.bottom, edges.right]))
        let destination = builder.addValue(pooled, named: node.name)
        try builder.append(primitive, [(.source, .value(source)), (.destination, .value(destination))])
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
