internal import GraftNetworks
internal import GraftOneDNN
internal import GraftTensors

/// A fully connected layer, in f32; in inference a large one is in the plan's type, since reading its kernel
/// is all its work.
struct DenseKernel: DifferentiableKernel {
    let fused: FusedNode
    let dense: Dense

    private func descriptors(
        _ builder: PlanBuilder
    ) throws -> (
        source: MemoryDescriptor, kernel: MemoryDescriptor, bias: MemoryDescriptor?,
        destination: MemoryDescriptor
    ) {
        let inputs = builder.network.inputShapes(of: fused.node)[0][0]
        return (
            try MemoryDescriptor([builder.batch, inputs], .float32, .rowMajor),
            try MemoryDescriptor([dense.units, inputs], .float32, .rowMajor),
            dense.hasBias ? try MemoryDescriptor([dense.units], .float32, .rowMajor) : nil,
            try MemoryDescriptor([builder.batch, dense.units], .float32, .rowMajor)
        )
    }

    func planForward(_ builder: inout PlanBuilder) throws {
        let isTraining = builder.isTrainingPlan
        let (plain, kernel, bias, destinationDescriptor) = try descriptors(builder)
        let type = builder.layout?.sourceType(of: fused) ?? .float32
        let sourceWanted = try MemoryDescriptor(plain.dimensions, type, .rowMajor)
        let source = try builder.read(fused.node.inputs[0], as: sourceWanted)
        var operations: [PostOperation] = []
        var arguments: [(argument: Argument, slot: Slot)] = []
        for operation in fused.operations {
            switch operation {
            case .activation(let activation):
                operations.append(.elementwise(activation.elementwise))
            case .add(let name):
                let other = try builder.converted(try builder.value(of: name), to: destinationDescriptor)
                arguments.append((.postOperation(operations.count), .value(other)))
                operations.append(.add(destinationDescriptor))
            }
        }
        let primitive: Primitive
        if isTraining {
            primitive = try Primitive.dense(
                builder.engine, isTraining: true, source: sourceWanted, weights: kernel, bias: bias,
                destination: destinationDescriptor)
            arguments.append((.weights, try slot(&builder, .kernel)))
            if dense.hasBias { arguments.append((.bias, try slot(&builder, .bias))) }
        } else {
            primitive = try Primitive.dense(
                builder.engine, isTraining: false, source: sourceWanted,
                weights: MemoryDescriptor(kernel.dimensions, type, .any), bias: bias,
                destination: destinationDescriptor, then: operations)
            let packed = try primitive.descriptor(of: .weights, type)
            let weights = try builder.shared(PackedKey(node: fused.node, role: .kernel), as: packed) {
                try $0.constant(
                    $0.tensor(fused.node, .kernel), dimensions: kernel.dimensions, as: packed)
            }
            arguments.append((.weights, weights))
            if let bias {
                let numbers = try builder.shared(PackedKey(node: fused.node, role: .bias), as: bias) {
                    try $0.constant($0.numbers(fused.node, .bias), dimensions: [dense.units], as: bias)
                }
                arguments.append((.bias, numbers))
            }
        }
        let destination = builder.addValue(destinationDescriptor, named: fused.output)
        try builder.append(
            primitive, [(.source, .value(source)), (.destination, .value(destination))] + arguments)
    }

    func planBackward(_ builder: inout PlanBuilder) throws {
        let (sourceDescriptor, kernel, bias, destinationDescriptor) = try descriptors(builder)
        let input = fused.node.inputs[0]
        let gradient = try builder.gradient(of: fused.output)
        let hint = try Primitive.dense(
            builder.engine, isTraining: true, source: sourceDescriptor, weights: kernel, bias: bias,
            destination: destinationDescriptor)
        let kernelGradient = builder.gradientSlot(fused.node, .kernel, dimensions: kernel.dimensions)
        let biasGradient = builder.gradientSlot(fused.node, .bias, dimensions: [dense.units])
        if kernelGradient != nil || biasGradient != nil {
            // oneDNN computes both; what is not wanted is written where nobody reads it.
            let primitive = try Primitive.denseWeightsGradient(
                builder.engine, forward: hint, source: sourceDescriptor, weightsGradient: kernel,
                biasGradient: bias, destinationGradient: destinationDescriptor)
            var arguments: [(argument: Argument, slot: Slot)] = [
                (.source, .value(try builder.read(input, as: sourceDescriptor))),
                (.destinationGradient, .value(gradient)),
                (.weightsGradient, kernelGradient ?? .value(builder.addValue(kernel))),
            ]
            if let bias {
                arguments.append((.biasGradient, biasGradient ?? .value(builder.addValue(bias))))
            }
            try builder.append(primitive, arguments)
        }
        let weights = try slot(&builder, .kernel)
        try builder.contribute(to: input, as: sourceDescriptor) { builder, target in
            let primitive = try Primitive.denseSourceGradient(
                builder.engine, forward: hint, sourceGradient: sourceDescriptor, weights: kernel,
                destinationGradient: destinationDescriptor)
            try builder.append(
                primitive,
                [
                    (.destinationGradient, .value(gradient)), (.weights, weights),
                    (.sourceGradient, .value(target)),
                ])
        }
    }

    private func slot(_ builder: inout PlanBuilder, _ role: ParameterSpecification.Role) throws -> Slot {
        let inputs = builder.network.inputShapes(of: fused.node)[0][0]
        return try builder.parameterSlot(
            fused.node, role, dimensions: role == .kernel ? [dense.units, inputs] : [dense.units])
    }
}
