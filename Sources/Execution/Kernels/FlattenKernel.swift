internal import GraftNetworks
internal import GraftOneDNN
internal import GraftTensors

/// A feature map, or any other shape, as a vector: since channels are last in memory, another view of the
/// same bytes.
struct FlattenKernel: DifferentiableKernel {
    let node: Node

    func planForward(_ builder: inout PlanBuilder) throws {
        let shape = builder.network.inputShapes(of: node)[0]
        let value = try builder.value(of: node.inputs[0])
        let type = builder.floatType(of: value)
        let source = try builder.read(
            node.inputs[0],
            as: MemoryDescriptor(shape.logicalDimensions(batch: builder.batch), type, .channelsLast))
        let vector = try MemoryDescriptor([builder.batch, shape.elementCount], type, .rowMajor)
        _ = builder.addValue(vector, named: node.name, sharing: source)
    }

    func planBackward(_ builder: inout PlanBuilder) throws {
        let shape = builder.network.inputShapes(of: node)[0]
        let gradient = try builder.gradient(of: node.name)
        let type = builder.descriptor(gradient).elementType
        let map = builder.addValue(
            try MemoryDescriptor(shape.logicalDimensions(batch: builder.batch), type, .channelsLast),
            sharing: gradient)
        try builder.contribute(map, to: node.inputs[0])
    }
}
