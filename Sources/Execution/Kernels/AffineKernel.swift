internal import Networks
internal import OneDNN
internal import Tensors

/// A BatchNorm on stored statistics: an affine map of each channel. In inference, where no convolution could take it in, it is a depthwise
/// convolution of one by one.
struct AffineKernel: DifferentiableKernel {
    let node: Node
    let normalization: BatchNormalization

    func planForward(_ builder: inout PlanBuilder) throws {
        if builder.isTrainingPlan { return try planTraining(&builder) }
        let source = try builder.value(of: node.inputs[0])
        let shape = builder.network.inputShapes(of: node)[0]
        let channels = shape[shape.rank - 1]
        let affine = try normalization.affine(builder, node)
        // A vector is a feature map of one place.
        let dimensions = [builder.batch, channels] + (shape.rank == 3 ? [shape[0], shape[1]] : [1, 1])
        let type = builder.descriptor(source).elementType
        let wanted = try MemoryDescriptor(dimensions, type, .channelsLast)
        let map =
            shape.rank == 3
            ? try builder.converted(source, to: wanted) : builder.addValue(wanted, sharing: source)
        let kernelDimensions = [channels, 1, 1, 1, 1]
        let primitive = try Primitive.convolution(
            builder.engine, source: wanted, weights: MemoryDescriptor(kernelDimensions, type, .any),
            bias: MemoryDescriptor([channels], .float32, .rowMajor), destination: wanted,
            geometry: ConvolutionGeometry(strides: [1, 1], paddingBefore: [0, 0], paddingAfter: [0, 0]))
        let weights = try builder.constant(
            affine.scale, dimensions: kernelDimensions, as: primitive.descriptor(of: .weights, type))
        let bias = try builder.constant(
            affine.shift, dimensions: [channels], as: MemoryDescriptor([channels], .float32, .rowMajor))
        let result = builder.addValue(wanted)
        try builder.append(
            primitive,
            [(.source, .value(map)), (.weights, weights), (.bias, bias), (.destination, .value(result))])
        let logical = shape.logicalDimensions(batch: builder.batch)
        _ = builder.addValue(
            try MemoryDescriptor(logical, type, .channelsLast), named: node.name, sharing: result)
    }

    // MARK: Training

    private var form: BatchNormalizationForm {
        BatchNormalizationForm(
            usesStoredStatistics: true, hasScale: normalization.hasScale, epsilon: normalization.epsilon)
    }

    /// The layout of what is normalised; a vector is a feature map of one place.
    private func descriptor(_ builder: PlanBuilder) throws -> MemoryDescriptor {
        let shape = builder.network.inputShapes(of: node)[0]
        let places = shape.rank == 3 ? [shape[0], shape[1]] : [1, 1]
        return try MemoryDescriptor(
            [builder.batch, shape[shape.rank - 1]] + places, .float32, .channelsLast)
    }

    private func planTraining(_ builder: inout PlanBuilder) throws {
        let source = try builder.value(of: node.inputs[0])
        let map = try descriptor(builder)
        let primitive = try Primitive.batchNormalization(builder.engine, form, source: map)
        let destination = builder.addValue(builder.descriptor(source), named: node.name)
        try builder.append(
            primitive,
            [
                (.source, .value(builder.addValue(map, sharing: source))),
                (.destination, .value(builder.addValue(map, sharing: destination))),
            ] + parameters(&builder))
    }

    private func parameters(
        _ builder: inout PlanBuilder
    ) throws -> [(argument: Argument, slot: Slot)] {
        var roles: [(Argument, ParameterSpecification.Role)] = [
            (.mean, .movingMean), (.variance, .movingVariance), (.shift, .beta),
        ]
        if normalization.hasScale { roles.append((.scale, .gamma)) }
        let channels = try descriptor(builder).dimensions[1]
        return try roles.map { argument, role in
            (argument, try builder.parameterSlot(node, role, dimensions: [channels]))
        }
    }

    func planBackward(_ builder: inout PlanBuilder) throws {
        let source = try builder.value(of: node.inputs[0])
        let gradient = try builder.gradient(of: node.name)
        let map = try descriptor(builder)
        let vector = try MemoryDescriptor([map.dimensions[1]], .float32, .rowMajor)
        let forward = try Primitive.batchNormalization(builder.engine, form, source: map)
        let primitive = try Primitive.batchNormalizationGradient(
            builder.engine, form, forward: forward, source: map, gradient: map)
        // oneDNN computes all gradients at once; what is not wanted is written where nobody reads it.
        var arguments: [(argument: Argument, slot: Slot)] = [
            (.source, .value(builder.addValue(map, sharing: source))),
            (.destinationGradient, .value(builder.addValue(map, sharing: gradient))),
        ]
        arguments += try parameters(&builder).filter { $0.argument != .shift }
        let wanted: [(Argument, ParameterSpecification.Role)] =
            (normalization.hasScale ? [(.scaleGradient, .gamma)] : []) + [(.shiftGradient, .beta)]
        for (argument, role) in wanted {
            let slot = builder.gradientSlot(node, role, dimensions: vector.dimensions)
            arguments.append((argument, slot ?? .value(builder.addValue(vector))))
        }
        guard builder.needsGradient(node.inputs[0]) else {
            let unread = builder.addValue(map)
            return try builder.append(primitive, arguments + [(.sourceGradient, .value(unread))])
        }
        try builder.contribute(to: node.inputs[0]) { builder, target in
            let target = builder.addValue(map, sharing: target)
            try builder.append(primitive, arguments + [(.sourceGradient, .value(target))])
        }
    }
}
