internal import GraftNetworks
internal import GraftOneDNN
internal import GraftTensors

/// A fully connected layer of vectors or of rows of vectors, in f32; in inference a large one is in the
/// plan's type, since reading its kernel is all its work.
struct DenseKernel: DifferentiableKernel {
    let fused: FusedNode
    let dense: Dense

    private func descriptors(
        _ builder: PlanBuilder
    ) throws -> (
        source: MemoryDescriptor, kernel: MemoryDescriptor, bias: MemoryDescriptor?,
        destination: MemoryDescriptor
    ) {
        let shape = builder.network.inputShapes(of: fused.node)[0]
        let inputs = shape[shape.rank - 1]
        let rows = builder.batch * shape.elementCount / inputs
        return (
            try MemoryDescriptor([rows, inputs], .float32, .rowMajor),
            try MemoryDescriptor([dense.units, inputs], .float32, .rowMajor),
            dense.hasBias ? try MemoryDescriptor([dense.units], .float32, .rowMajor) : nil,
            try MemoryDescriptor([rows, dense.units], .float32, .rowMajor)
        )
    }

    func planForward(_ builder: inout PlanBuilder) throws {
        let isTraining = builder.isTrainingPlan
        let (plain, kernel, bias, destinationDescriptor) = try descriptors(builder)
        let type = builder.layout?.sourceType(of: fused) ?? .float32
        let sourceWanted = try MemoryDescriptor(plain.dimensions, type, .rowMajor)
        let source = try matrix(&builder, fused.node.inputs[0], as: sourceWanted)
        var operations: [PostOperation] = []
        var arguments: [(argument: Argument, slot: Slot)] = []
        for operation in fused.operations {
            switch operation {
            case .activation(let activation):
                operations.append(.elementwise(activation.elementwise))
            case .add(let name):
                let other = try matrix(&builder, name, as: destinationDescriptor)
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
        let shape = builder.network.shape(of: fused.output) ?? []
        guard shape.rank > 1 else { return }
        _ = builder.addValue(
            try MemoryDescriptor(shape.logicalDimensions(batch: builder.batch), .float32, .channelsLast),
            named: fused.output, sharing: destination)
    }

    /// What the node called `name` gave, all its vectors one below the other.
    private func matrix(
        _ builder: inout PlanBuilder, _ name: String, as wanted: MemoryDescriptor
    ) throws -> ValueIndex {
        let shape = builder.network.shape(of: name) ?? []
        let own = try MemoryDescriptor(
            shape.logicalDimensions(batch: builder.batch), wanted.elementType, .channelsLast)
        let value = try builder.read(name, as: own)
        return own == wanted ? value : builder.addValue(wanted, sharing: value)
    }

    func planBackward(_ builder: inout PlanBuilder) throws {
        let (sourceDescriptor, kernel, bias, destinationDescriptor) = try descriptors(builder)
        let input = fused.node.inputs[0]
        let whole = try builder.gradient(of: fused.output)
        let gradient =
            builder.descriptor(whole) == destinationDescriptor
            ? whole : builder.addValue(destinationDescriptor, sharing: whole)
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
                (.source, .value(try matrix(&builder, input, as: sourceDescriptor))),
                (.destinationGradient, .value(gradient)),
                (.weightsGradient, kernelGradient ?? .value(builder.addValue(kernel))),
            ]
            if let bias {
                arguments.append((.biasGradient, biasGradient ?? .value(builder.addValue(bias))))
            }
            try builder.append(primitive, arguments)
        }
        let weights = try slot(&builder, .kernel)
        let shape = builder.network.inputShapes(of: fused.node)[0]
        let own = try MemoryDescriptor(
            shape.logicalDimensions(batch: builder.batch), .float32, .channelsLast)
        try builder.contribute(to: input, as: own) { builder, target in
            let target =
                own == sourceDescriptor ? target : builder.addValue(sourceDescriptor, sharing: target)
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
        let shape = builder.network.inputShapes(of: fused.node)[0]
        let inputs = shape[shape.rank - 1]
        return try builder.parameterSlot(
            fused.node, role, dimensions: role == .kernel ? [dense.units, inputs] : [dense.units])
    }
}
