internal import GraftNetworks
internal import GraftOneDNN
internal import GraftTensors

/// A convolution, with BatchNorm folded into it and activation and addition fused to it.
struct ConvolutionKernel: DifferentiableKernel {
    let fused: FusedNode
    let convolution: Convolution

    func planForward(_ builder: inout PlanBuilder) throws {
        if builder.isTrainingPlan { return try planTraining(&builder) }
        if try planEightBits(&builder) { return }
        let source = try builder.value(of: fused.node.inputs[0])
        let inputShape = builder.network.inputShapes(of: fused.node)[0]
        guard let outputShape = builder.network.shape(of: fused.output) else { return }
        let type = builder.elementType
        let kernelDimensions = kernelDimensions(builder)

        // What goes into a global pooling is kept in f32: the mean of many numbers deserves better than eight bits.
        let layouts = builder.layouts(of: convolution, channels: inputShape[2])
        let sourceWanted = try MemoryDescriptor(
            inputShape.logicalDimensions(batch: builder.batch), type, layouts.source)
        let destinationDescriptor = try MemoryDescriptor(
            outputShape.logicalDimensions(batch: builder.batch), builder.resultType(of: fused),
            layouts.result)
        let sourceValue = try builder.converted(source, to: sourceWanted)

        var operations: [PostOperation] = []
        var added: [(argument: Argument, slot: Slot)] = []
        var shared: ValueIndex?
        let overwritten = builder.layout?.overwritten(by: fused, at: builder.position)
        for operation in fused.operations {
            switch operation {
            case .activation(let activation):
                operations.append(.elementwise(activation.elementwise))
            case .add(let name):
                let other = try builder.converted(try builder.value(of: name), to: destinationDescriptor)
                if shared == nil, name == overwritten {
                    operations.append(.addDestination())
                    shared = other
                } else {
                    added.append((.postOperation(operations.count), .value(other)))
                    operations.append(.add(destinationDescriptor))
                }
            }
        }
        let primitive = try Primitive.convolution(
            builder.engine, source: sourceWanted,
            weights: MemoryDescriptor(kernelDimensions, type, .any),
            bias: MemoryDescriptor([convolution.filters], .float32, .rowMajor),
            destination: destinationDescriptor,
            geometry: geometry(builder), then: operations)

        let weightsWanted = try primitive.descriptor(of: .weights, type)
        let weights = try builder.shared(key(.kernel, builder), as: weightsWanted) { builder in
            var kernel = try foldedParameters(builder).kernel
            if type == .bfloat16 { roundToBFloat16KeepingSums(&kernel, filters: convolution.filters) }
            return try builder.constant(
                reached(kernel, builder), dimensions: kernelDimensions, as: weightsWanted)
        }
        let biasWanted = try MemoryDescriptor([convolution.filters], .float32, .rowMajor)
        let biasSlot = try builder.shared(key(.bias, builder), as: biasWanted) { builder in
            try builder.constant(
                try foldedBias(builder), dimensions: [convolution.filters], as: biasWanted)
        }
        let destination = builder.addValue(destinationDescriptor, named: fused.output, sharing: shared)
        try builder.append(
            primitive,
            [
                (.source, .value(sourceValue)), (.weights, weights), (.bias, biasSlot),
                (.destination, .value(destination)),
            ] + added)
    }

    /// The extents of what inference needs of the kernel, as oneDNN knows them: groups come first, where
    /// there are several.
    func kernelDimensions(_ builder: PlanBuilder) -> [Int] {
        let channels = builder.network.inputShapes(of: fused.node)[0][2]
        let groups = convolution.groups
        let (rows, columns) = reach(builder)
        return (groups > 1 ? [groups] : [])
            + [
                convolution.filters / groups, channels / groups, rows.range.count, columns.range.count,
            ]
    }

    /// Steps and padding of inference.
    func geometry(_ builder: PlanBuilder) -> ConvolutionGeometry {
        let (rows, columns) = reach(builder)
        return ConvolutionGeometry(
            strides: [convolution.stride, convolution.stride], paddingBefore: [rows.before, columns.before],
            paddingAfter: [rows.after, columns.after])
    }

    /// Whether the mean over height and width is taken of the result.
    func feedsPooling(_ builder: PlanBuilder) -> Bool {
        builder.layout?.feedsPooling(fused.output) == true
    }

    /// Kernel and bias that do what the convolution and the BatchNorm after it do:
    /// W' = W · gamma / √(variance + epsilon), b' = (b − mean) · gamma / √(variance + epsilon) + beta.
    func foldedParameters(_ builder: PlanBuilder) throws -> (kernel: [Float], bias: [Float]) {
        var kernel = try builder.numbers(fused.node, .kernel)
        if let node = fused.normalization, case .batchNormalization(let normalization) = node.operation {
            let scale = try normalization.affine(builder, node).scale
            let count = kernel.count / convolution.filters
            for filter in 0..<convolution.filters {
                for index in filter * count..<(filter + 1) * count { kernel[index] *= scale[filter] }
            }
        }
        return (kernel, try foldedBias(builder))
    }

    private func foldedBias(_ builder: PlanBuilder) throws -> [Float] {
        var bias =
            convolution.hasBias
            ? try builder.numbers(fused.node, .bias) : [Float](repeating: 0, count: convolution.filters)
        guard let node = fused.normalization, case .batchNormalization(let normalization) = node.operation
        else { return bias }
        let affine = try normalization.affine(builder, node)
        for filter in bias.indices {
            bias[filter] = bias[filter] * affine.scale[filter] + affine.shift[filter]
        }
        return bias
    }

    /// What is packed of the convolution's parameters.
    func key(
        _ role: ParameterSpecification.Role, _ builder: PlanBuilder, scales: [Float] = []
    ) -> PackedKey {
        let (rows, columns) = reach(builder)
        return PackedKey(
            node: fused.node, normalization: fused.normalization, role: role,
            reach: role == .kernel ? [rows.range, columns.range] : [], scales: scales)
    }
}

extension BatchNormalization {
    /// The affine map that a BatchNorm on stored statistics is, per channel.
    func affine(_ builder: PlanBuilder, _ node: Node) throws -> (scale: [Float], shift: [Float]) {
        let gamma: [Float]? = hasScale ? try builder.numbers(node, .gamma) : nil
        let beta = try builder.numbers(node, .beta)
        let mean = try builder.numbers(node, .movingMean)
        let deviations = try deviations(builder, node)
        let scale = beta.indices.map { (gamma?[$0] ?? 1) / deviations[$0] }
        return (scale, beta.indices.map { beta[$0] - mean[$0] * scale[$0] })
    }

    /// √(variance + epsilon) of the stored statistics, per channel.
    func deviations(_ builder: PlanBuilder, _ node: Node) throws -> [Float] {
        try builder.numbers(node, .movingVariance).map { ($0 + epsilon).squareRoot() }
    }
}

extension Activation {
    /// The function as oneDNN knows it.
    var elementwise: Elementwise {
        switch self {
        case .relu: .relu
        case .relu6: .clip(low: 0, high: 6)
        case .leakyReLU(let slope): .leakyReLU(slope: slope)
        case .sigmoid: .sigmoid
        case .silu: .swish
        case .hardSwish: .hardSwish(slope: 1 / 6, offset: 0.5)
        case .hardSigmoid: .hardSigmoid(slope: 1 / 6, offset: 0.5)
        case .gelu: .gelu
        case .geluTanh: .geluTanh
        }
    }
}
