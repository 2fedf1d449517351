internal import Networks
internal import OneDNN
internal import Tensors

/// A convolution by itself, and its way back.
extension ConvolutionKernel {
    /// The layouts of a training plan: oneDNN chooses that of the kernel.
    private struct Layouts {
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
        return Layouts(
            type: type,
            source: try MemoryDescriptor(input.logicalDimensions(batch: builder.batch), type, .channelsLast),
            destination: try MemoryDescriptor(
                output.logicalDimensions(batch: builder.batch), type, .channelsLast),
            bias: convolution.hasBias
                ? try MemoryDescriptor([convolution.filters], .float32, .rowMajor) : nil,
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
            destination: layouts.destination, geometry: layouts.geometry, isTraining: true)
    }

    /// The kernel in the layout and type that `primitive` wants: brought there at each run where training changes it.
    private func kernel(
        _ builder: inout PlanBuilder, _ layouts: Layouts, for primitive: Primitive
    ) throws -> Slot {
        let wanted = try primitive.descriptor(of: .weights, layouts.type)
        let dimensions = layouts.plainKernel.dimensions
        guard builder.isTrained(fused.node, .kernel) else {
            return try builder.constant(
                try builder.tensor(fused.node, .kernel), dimensions: dimensions, as: wanted)
        }
        let plain = try builder.parameterSlot(fused.node, .kernel, dimensions: dimensions)
        return try builder.reordered(plain, from: layouts.plainKernel, to: wanted)
    }

    func planTraining(_ builder: inout PlanBuilder) throws {
        let layouts = try layouts(builder)
        let primitive = try forward(builder, layouts)
        let source = try builder.read(fused.node.inputs[0], as: layouts.source)
        var arguments: [(argument: Argument, slot: Slot)] = [
            (.source, .value(source)), (.weights, try kernel(&builder, layouts, for: primitive)),
        ]
        if let bias = layouts.bias {
            arguments.append(
                (.bias, try builder.parameterSlot(fused.node, .bias, dimensions: bias.dimensions)))
        }
        let destination = builder.addValue(layouts.destination, named: fused.node.name)
        try builder.append(primitive, arguments + [(.destination, .value(destination))])
    }

    func planBackward(_ builder: inout PlanBuilder) throws {
        let layouts = try layouts(builder)
        let hint = try forward(builder, layouts)
        let gradient = try builder.gradient(of: fused.node.name)
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
        let kernelSlot = builder.gradientSlot(node, .kernel, dimensions: plain.dimensions)
        let biasSlot = builder.gradientSlot(node, .bias, dimensions: [convolution.filters])
        guard kernelSlot != nil || biasSlot != nil else { return }
        let primitive = try Primitive.convolutionWeightsGradient(
            builder.engine, forward: hint, source: layouts.source, weightsGradient: layouts.anyGradient,
            biasGradient: layouts.bias, destinationGradient: layouts.destination,
            geometry: layouts.geometry)
        // oneDNN computes both; what is not wanted is written where nobody reads it.
        let target = kernelSlot ?? .value(builder.addValue(plain))
        var arguments: [(argument: Argument, slot: Slot)] = [
            (.source, .value(try builder.read(node.inputs[0], as: layouts.source))),
            (.destinationGradient, .value(gradient)),
        ]
        if let bias = layouts.bias {
            arguments.append((.biasGradient, biasSlot ?? .value(builder.addValue(bias))))
        }
        let made = try primitive.descriptor(of: .weightsGradient, .float32)
        try builder.filling(target, plain, from: made) { builder, slot in
            try builder.append(primitive, arguments + [(.weightsGradient, slot)])
        }
    }
}
