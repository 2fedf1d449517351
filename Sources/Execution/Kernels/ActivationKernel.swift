internal import GraftNetworks
internal import GraftOneDNN
internal import GraftTensors

/// An activation that nothing before it could take in.
struct ActivationKernel: DifferentiableKernel {
    let node: Node
    let activation: Activation

    func planForward(_ builder: inout PlanBuilder) throws {
        let value = try builder.value(of: node.inputs[0])
        // Zero stays zero in eight bits; other limits and slopes have no form there.
        let type =
            activation == .relu ? builder.descriptor(value).elementType : builder.floatType(of: value)
        let descriptor = try builder.descriptor(value, as: type)
        let source = try builder.read(node.inputs[0], as: descriptor)
        let primitive = try Primitive.elementwise(
            builder.engine, activation.elementwise, source: descriptor, destination: descriptor)
        let destination = builder.addValue(descriptor, named: node.name, scale: builder.scale(source))
        try builder.append(primitive, [(.source, .value(source)), (.destination, .value(destination))])
    }

    func planBackward(_ builder: inout PlanBuilder) throws {
        let gradient = try builder.gradient(of: node.name)
        let target = try builder.gradient(of: activation, at: node, from: gradient)
        try builder.contribute(target, to: node.inputs[0], isOwn: true)
    }
}

extension PlanBuilder {
    /// The gradient of the argument of an activation that is a node of its own.
    fileprivate mutating func gradient(
        of activation: Activation, at node: Node, from gradient: ValueIndex
    ) throws -> ValueIndex {
        if activation.gradientNeedsResultOnly {
            return try self.gradient(of: activation, at: node.name, from: gradient)
        }
        let descriptor = descriptor(gradient)
        let argument = try read(node.inputs[0], as: descriptor)
        let target = addValue(descriptor, sharing: mayOverwrite(gradient) ? gradient : nil)
        let primitive = try Primitive.elementwiseGradient(engine, activation.elementwise, descriptor)
        try append(
            primitive,
            [
                (.source, .value(argument)), (.destinationGradient, .value(gradient)),
                (.sourceGradient, .value(target)),
            ])
        return target
    }

    /// The gradient of an activation's argument from that of its result, in place where that may be; the
    /// result, the output of the node called `name`, is all that it takes beside, so that the argument need
    /// not be kept.
    mutating func gradient(
        of activation: Activation, at name: String, from gradient: ValueIndex
    ) throws -> ValueIndex {
        let result = try value(of: name)
        let target = addValue(descriptor(result), sharing: mayOverwrite(gradient) ? gradient : nil)
        let primitive = try Primitive.elementwiseGradient(
            engine, activation.elementwise, descriptor(result))
        try append(
            primitive,
            [
                (.destination, .value(result)), (.destinationGradient, .value(gradient)),
                (.sourceGradient, .value(target)),
            ])
        return target
    }
}
