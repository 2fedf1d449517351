internal import Networks
internal import OneDNN
internal import Tensors

/// The mean over height and width, in f32.
struct GlobalAveragePoolingKernel: Kernel {
    let node: Node

    func planForward(_ builder: inout PlanBuilder) throws {
        let shape = builder.network.inputShapes(of: node)[0]
        let wanted = try MemoryDescriptor(
            shape.logicalDimensions(batch: builder.batch), .float32, .channelsLast)
        let source = try builder.converted(try builder.value(of: node.inputs[0]), to: wanted)
        let pooled = try MemoryDescriptor([builder.batch, shape[2], 1, 1], .float32, .channelsLast)
        let primitive = try Primitive.pooling(
            builder.engine, .average, source: wanted, destination: pooled, window: [shape[0], shape[1]],
            geometry: ConvolutionGeometry(
                strides: [shape[0], shape[1]], paddingBefore: [0, 0], paddingAfter: [0, 0]))
        let destination = builder.addValue(pooled)
        try builder.append(primitive, [(.source, .value(source)), (.destination, .value(destination))])
        let vector = try MemoryDescriptor([builder.batch, shape[2]], .float32, .rowMajor)
        _ = builder.addValue(vector, named: node.name, sharing: destination)
    }
}
