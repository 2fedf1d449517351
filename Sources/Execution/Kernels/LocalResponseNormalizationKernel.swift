internal import GraftNetworks
internal import GraftOneDNN
internal import GraftTensors

/// Local response normalisation among channels: in the type of its source in inference, in f32 in training,
/// for oneDNN has no fast gradient in bf16.
struct LocalResponseNormalizationKernel: DifferentiableKernel {
    let node: Node
    let normalization: LocalResponseNormalization

    func planForward(_ builder: inout PlanBuilder) throws {
        let descriptor = try descriptor(builder)
        let source = try builder.read(node.inputs[0], as: descriptor)
        let primitive = try forward(builder, descriptor)
        let destination = builder.addValue(descriptor, named: node.name)
        var arguments: [(argument: Argument, slot: Slot)] = [
            (.source, .value(source)), (.destination, .value(destination)),
        ]
        try builder.appendWorkspace(of: primitive, for: node.name, to: &arguments)
        try builder.append(primitive, arguments)
    }

    func planBackward(_ builder: inout PlanBuilder) throws {
        let descriptor = try descriptor(builder)
        let source = try builder.read(node.inputs[0], as: descriptor)
        let gradient = try builder.gradient(of: node.name)
        try builder.contribute(to: node.inputs[0], as: descriptor) { builder, target in
            let primitive = try Primitive.localResponseNormalizationGradient(
                builder.engine, forward: forward(builder, descriptor), source: descriptor,
                sourceGradient: descriptor, destinationGradient: descriptor, size: normalization.size,
                alpha: normalization.alpha, beta: normalization.beta, k: normalization.k)
            var arguments: [(argument: Argument, slot: Slot)] = [
                (.source, .value(source)), (.destinationGradient, .value(gradient)),
                (.sourceGradient, .value(target)),
            ]
            builder.appendWorkspace(for: node.name, to: &arguments)
            try builder.append(primitive, arguments)
        }
    }

    private func descriptor(_ builder: PlanBuilder) throws -> MemoryDescriptor {
        let value = try builder.value(of: node.inputs[0])
        return try MemoryDescriptor(
            builder.descriptor(value).dimensions,
            builder.isTrainingPlan ? .float32 : builder.floatType(of: value), .channelsLast)
    }

    private func forward(_ builder: PlanBuilder, _ descriptor: MemoryDescriptor) throws -> Primitive {
        try Primitive.localResponseNormalization(
            builder.engine, source: descriptor, size: normalization.size, alpha: normalization.alpha,
            beta: normalization.beta, k: normalization.k, isTraining: builder.isTrainingPlan)
    }
}
