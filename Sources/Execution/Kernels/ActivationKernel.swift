internal import Networks
internal import OneDNN
internal import Tensors

/// An activation that nothing before it could take in.
struct ActivationKernel: Kernel {
    let node: Node
    let activation: Activation

    func planForward(_ builder: inout PlanBuilder) throws {
        let source = try builder.value(of: node.inputs[0])
        let descriptor = builder.descriptor(source)
        let primitive = try Primitive.elementwise(
            builder.engine, activation.elementwise, source: descriptor, destination: descriptor)
        let destination = builder.addValue(descriptor, named: node.name)
        try builder.append(primitive, [(.source, .value(source)), (.destination, .value(destination))])
    }
}
