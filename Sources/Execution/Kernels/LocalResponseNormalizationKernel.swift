internal import Networks
internal import OneDNN
internal import Tensors

/// Local response normalisation among channels, in the type of its source.
struct LocalResponseNormalizationKernel: Kernel {
    let node: Node
    let normalization: LocalResponseNormalization

    func planForward(_ builder: inout PlanBuilder) throws {
        let source = try builder.value(of: node.inputs[0])
        let descriptor = builder.descriptor(source)
        let primitive = try Primitive.localResponseNormalization(
            builder.engine, source: descriptor, size: normalization.size, alpha: normalization.alpha,
            beta: normalization.beta, k: normalization.k)
        let destination = builder.addValue(descriptor, named: node.name)
        try builder.append(primitive, [(.source, .value(source)), (.destination, .value(destination))])
    }
}
