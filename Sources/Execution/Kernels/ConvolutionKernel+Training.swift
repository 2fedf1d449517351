internal import GraftNetworks
internal import GraftOneDNN
internal import GraftTensors

/// A convolution and its way back, with a BatchNorm on stored statistics folded into it and additions and an
/// activation fused to it.
///
/// Folded, a BatchNorm is a factor for each filter of the kernel and another bias: no feature map is read or
/// written for it, neither forward nor backward.
extension ConvolutionKernel {
    /// The layouts of a training plan: oneDNN chooses that of the kernel.
    struct Layouts {
        /// The type of feature maps and of the kernel that primitives read.
        var type: ElementType
        var source: MemoryDescriptor
        var destination: MemoryDescriptor
        var bias: MemoryDescriptor?
        /// The kernel as the optimizer sees it.
        var plainKernel: MemoryDescriptor
        /// The kernel in whatever layout a primitive likes, and its gradient.
        var anyKernel: MemoryDescriptor
        var anyGradient: MemoryDescriptor
        var geometry: ConvolutionGeometry
    }

    private func layouts(_ builder: PlanBuilder) throws -> Layouts {
        let node = fused.node
        let input = builder.network.inputShapes(of: node)[0]
        let output = try node.operation.outputShape(of: node.name, inputs: [input])
        let groups = convolution.groups
        let kernel =
            (groups > 1 ? [groups] : [])
            + [
                convolution.filters / groups, input[2] / groups, convolution.kernelHeight,
                convolution.kernelWidth,
            ]
        let edges = convolution.edges(input: input)
        let type = builder.elementType
        let hasBias = convolution.hasBias || fused.normalization != nil
        return Layouts(
            type: type,
            source: try MemoryDescriptor(input.logicalDimensions(batch: builder.batch), type, .channelsLast),
            destination: try MemoryDescriptor(
                output.logicalDimensions(batch: builder.batch), type, .channelsLast),
            bias: hasBias ? try MemoryDescriptor([convolution.filters], .float32, .rowMajor) : nil,
            plainKernel: try MemoryDescriptor(kernel, .float32, .rowMajor),
            anyKernel: try MemoryDescriptor(kernel, type, .any),
            anyGradient: try MemoryDescriptor(kernel, .float32, .any),
            geometry: ConvolutionGeometry(
                strides: [convolution.stride, convolution.stride], paddingBefore: [edges.top, edges.left],
                paddingAfter: [edges.bottom, edges.right]))
    }

    private func forward(_ builder: PlanBuilder, _ layouts: Layouts) throws -> Primitive {
        try Primitive.convolution(
            builder.engine, source: layouts.source, weights: layouts.anyKernel, bias: layouts.bias,
            destination: layouts.destination, geometry: layouts.geometry, isTraining: true,
            then: fused.operations.map { operation in
                switch operation {
                case .activation(let activation): .elementwise(activation.elementwise)
                case .add: .add(layouts.destination)
                }
            })
    }

    /// The kernel as `primitive` wants it, times the factors of a folded BatchNorm: brought there at each run
    /// where training changes any of it.
    private func kernel(
        _ builder: inout PlanBuilder, _ layouts: Layouts, for primitive: Primitive
    ) throws -> Slot {
        let wanted = try primitive.descriptor(of: .weights, layouts.type)
        let dimensions = layouts.plainKernel.dimensions
        let folding = try folding(&builder)
        if !builder.isTrained(fused.node, .kernel) {
            guard let folding else {
                return try builder.constant(
                    try builder.tensor(fused.node, .kernel), dimensions: dimensions, as: wanted)
            }
            if !folding.isTrained {
                return try builder.constant(
                    try foldedParameters(builder).kernel, dimensions: dimensions, as: wanted)
            }
        }
        let plain = try builder.parameterSlot(fused.node, .kernel, dimensions: dimensions)
        guard let folding else { return try builder.reordered(plain, from: layouts.plainKernel, to: wanted) }
        let reorder = try Primitive.reorder(
            builder.engine, source: layouts.plainKernel, destination: wanted,
            scaledAxes: convolution.groups > 1 ? 2 : 1)
        let packed = builder.addValue(wanted)
        try builder.append(
            reorder, [(.source, plain), (.sourceScales, folding.scale), (.destination, .value(packed))])
        return .value(packed)
    }

    func planTraining(_ builder: inout PlanBuilder) throws {
        let layouts = try layouts(builder)
        // The order in which an optimizer sees them.
        for (role, dimensions) in [
            (ParameterSpecification.Role.kernel, layouts.plainKernel.dimensions),
            (.bias, [convolution.filters]),
        ] where builder.isTrained(fused.node, role) {
            _ = try builder.parameterSlot(fused.node, role, dimensions: dimensions)
        }
        let primitive = try forward(builder, layouts)
        let source = try builder.read(fused.node.inputs[0], as: layouts.source)
        var arguments: [(argument: Argument, slot: Slot)] = [
            (.source, .value(source)), (.weights, try kernel(&builder, layouts, for: primitive)),
        ]
        if let folding = try folding(&builder) {
            arguments.append((.bias, folding.shift))
        } else if let bias = layouts.bias {
            arguments.append(
                (.bias, try builder.parameterSlot(fused.node, .bias, dimensions: bias.dimensions)))
        }
        for (position, operation) in fused.operations.enumerated() {
            guard case .add(let name) = operation else { continue }
            let other = try builder.read(name, as: layouts.destination)
            arguments.append((.postOperation(position), .value(other)))
        }
        let destination = builder.addValue(layouts.destination, named: fused.output)
        try builder.append(primitive, arguments + [(.destination, .value(destination))])
    }

    func planBackward(_ builder: inout PlanBuilder) throws {
        let layouts = try layouts(builder)
        let hint = try forward(builder, layouts)
        var gradient = try builder.gradient(of: fused.output)
        for operation in fused.operations.reversed() {
            switch operation {
            case .activation(let activation):
                gradient = try builder.gradient(of: activation, at: fused.output, from: gradient)
            case .add(let name):
                try builder.contribute(gradient, to: name)
            }
        }
        try planWeightsGradient(&builder, layouts, hint, gradient)
        try builder.contribute(to: fused.node.inputs[0], as: layouts.source) { builder, target in
            let primitive = try Primitive.convolutionSourceGradient(
                builder.engine, forward: hint, sourceGradient: layouts.source, weights: layouts.anyKernel,
                destinationGradient: layouts.destination, geometry: layouts.geometry)
            let kernel = try kernel(&builder, layouts, for: primitive)
            try builder.append(
                primitive,
                [
                    (.destinationGradient, .value(gradient)), (.weights, kernel),
                    (.sourceGradient, .value(target)),
                ])
        }
    }

    private func planWeightsGradient(
        _ builder: inout PlanBuilder, _ layouts: Layouts, _ hint: Primitive, _ gradient: ValueIndex
    ) throws {
        let node = fused.node
        let plain = layouts.plainKernel
        let folding = try folding(&builder)
        let kernelSlot = builder.gradientSlot(node, .kernel, dimensions: plain.dimensions)
        // What a folded BatchNorm adds is a bias: the gradient of the one is that of the other.
        let filters = [convolution.filters]
        let biasSlot =
            fused.normalization.map { builder.gradientSlot($0, .beta, dimensions: filters) }
            ?? builder.gradientSlot(node, .bias, dimensions: filters)
        guard kernelSlot != nil || biasSlot != nil || folding?.isTrained == true else { return }
        let wantsBias = biasSlot != nil || folding?.isTrained == true
        let scaleIsTrained = fused.normalization.map { builder.isTrained($0, .gamma) } ?? false
        // In f32 and with channels last, oneDNN 3.2 takes several times as long to sum for the bias as a
        // product with ones does.
        let sumsByProduct = layouts.type == .float32 || (kernelSlot == nil && !scaleIsTrained)
        var biasTarget: Slot?
        if wantsBias, sumsByProduct {
            biasTarget = try builder.channelSums(of: gradient, into: biasSlot)
        } else if wantsBias, let bias = layouts.bias {
            biasTarget = biasSlot ?? .value(builder.addValue(bias))
        }
        var target: Slot?
        if kernelSlot != nil || scaleIsTrained {
            let bias = sumsByProduct ? nil : biasTarget
            let primitive = try Primitive.convolutionWeightsGradient(
                builder.engine, forward: hint, source: layouts.source, weightsGradient: layouts.anyGradient,
                biasGradient: bias == nil ? nil : layouts.bias, destinationGradient: layouts.destination,
                geometry: layouts.geometry)
            let slot = kernelSlot ?? .value(builder.addValue(plain))
            target = slot
            var arguments: [(argument: Argument, slot: Slot)] = [
                (.source, .value(try builder.read(node.inputs[0], as: layouts.source))),
                (.destinationGradient, .value(gradient)),
            ]
            if let bias { arguments.append((.biasGradient, bias)) }
            let made = try primitive.descriptor(of: .weightsGradient, .float32)
            try builder.filling(slot, plain, from: made) { builder, slot in
                try builder.append(primitive, arguments + [(.weightsGradient, slot)])
            }
        }
        if let folding {
            try planUnfolding(&builder, folding, kernelGradient: target, biasGradient: biasTarget, plain)
        }
    }
}
