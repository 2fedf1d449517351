internal import GraftNetworks
internal import GraftOneDNN
internal import GraftTensors

/// An addition that no convolution could take in.
struct AddKernel: DifferentiableKernel {
    let node: Node

    func planForward(_ builder: inout PlanBuilder) throws {
        let value = try builder.value(of: node.inputs[0])
        let descriptor = try builder.descriptor(value, as: builder.floatType(of: value))
        let first = try builder.read(node.inputs[0], as: descriptor)
        let second = try builder.read(node.inputs[1], as: descriptor)
        let primitive = try Primitive.add(
            builder.engine, source: descriptor, second: descriptor, destination: descriptor)
        let destination = builder.addValue(descriptor, named: node.name)
        try builder.append(
            primitive,
            [
                (.source, .value(first)), (.secondSource, .value(second)),
                (.destination, .value(destination)),
            ])
    }

    func planBackward(_ builder: inout PlanBuilder) throws {
        let gradient = try builder.gradient(of: node.name)
        for input in node.inputs { try builder.contribute(gradient, to: input) }
    }
}
