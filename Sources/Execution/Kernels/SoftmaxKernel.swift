internal import GraftNetworks
internal import GraftOneDNN
internal import GraftTensors

/// Softmax over the last axis, in f32.
struct SoftmaxKernel: Kernel {
    let node: Node

    func planForward(_ builder: inout PlanBuilder) throws {
        let shape = builder.network.inputShapes(of: node)[0]
        let descriptor = try MemoryDescriptor(
            shape.logicalDimensions(batch: builder.batch), .float32, .channelsLast)
        let source = try builder.converted(try builder.value(of: node.inputs[0]), to: descriptor)
        let primitive = try Primitive.softmax(
            builder.engine, axis: 1, source: descriptor, destination: descriptor)
        let destination = builder.addValue(descriptor, named: node.name)
        try builder.append(primitive, [(.source, .value(source)), (.destination, .value(destination))])
    }
}
