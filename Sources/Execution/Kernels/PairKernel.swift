internal import GraftNetworks
internal import GraftOneDNN
internal import GraftTensors

/// A sum or product of two inputs, of which one may be repeated along axes that it lacks.
struct PairKernel: DifferentiableKernel {
    let node: Node
    let function: BinaryFunction

    /// The input of the shape of the result, the other one, and whether that is repeated.
    private func inputs(_ builder: PlanBuilder) -> (whole: String, other: String, isRepeated: Bool) {
        let shapes = builder.network.inputShapes(of: node)
        let whole = shapes[0] == builder.network.shape(of: node.name) ? 0 : 1
        return (node.inputs[whole], node.inputs[1 - whole], shapes[0] != shapes[1])
    }

    private func whole(_ builder: PlanBuilder) throws -> MemoryDescriptor {
        let value = try builder.value(of: inputs(builder).whole)
        return try builder.descriptor(value, as: builder.floatType(of: value))
    }

    /// The layout of what may be repeated, with all axes of the result.
    private func repeated(_ builder: PlanBuilder, _ type: ElementType) throws -> MemoryDescriptor {
        let rank = builder.network.shape(of: node.name)?.rank ?? 0
        let shape = builder.network.shape(of: inputs(builder).other)?.dimensions ?? []
        let filled = Shape([Int](repeating: 1, count: rank - shape.count) + shape)
        return try MemoryDescriptor(filled.logicalDimensions(batch: builder.batch), type, .channelsLast)
    }

    /// The other input with all axes of the result.
    private func readOther(_ builder: inout PlanBuilder, _ type: ElementType) throws -> ValueIndex {
        let (_, name, isRepeated) = inputs(builder)
        guard isRepeated else { return try builder.read(name, as: try whole(builder)) }
        // A view of it has other axes, which its layout must allow.
        let dimensions = builder.descriptor(try builder.value(of: name)).dimensions
        let own = try MemoryDescriptor(dimensions, type, .channelsLast)
        let view = try repeated(builder, type)
        let value = try builder.read(name, as: own)
        return own == view ? value : builder.addValue(view, sharing: value)
    }

    func planForward(_ builder: inout PlanBuilder) throws {
        let descriptor = try whole(builder)
        let first = try builder.read(inputs(builder).whole, as: descriptor)
        let second = try readOther(&builder, descriptor.elementType)
        let destination = builder.addValue(descriptor, named: node.name)
        try append(&builder, function, first, second, to: destination)
    }

    private func append(
        _ builder: inout PlanBuilder, _ function: BinaryFunction, _ first: ValueIndex, _ second: ValueIndex,
        to destination: ValueIndex
    ) throws {
        let primitive = try Primitive.binary(
            builder.engine, function, source: builder.descriptor(first), second: builder.descriptor(second),
            destination: builder.descriptor(destination))
        try builder.append(
            primitive,
            [
                (.source, .value(first)), (.secondSource, .value(second)),
                (.destination, .value(destination)),
            ])
    }

    func planBackward(_ builder: inout PlanBuilder) throws {
        let gradient = try builder.gradient(of: node.name)
        let (whole, other, isRepeated) = inputs(builder)
        let descriptor = builder.descriptor(gradient)
        switch function {
        case .add:
            try builder.contribute(gradient, to: whole)
            if !isRepeated { try builder.contribute(gradient, to: other) }
        case .multiply:
            let second = try readOther(&builder, descriptor.elementType)
            try builder.contribute(to: whole, as: descriptor) { builder, target in
                try append(&builder, .multiply, gradient, second, to: target)
            }
        }
        guard builder.needsGradient(other), isRepeated || function == .multiply else { return }
        var part = gradient
        if function == .multiply {
            let first = try builder.read(whole, as: descriptor)
            part = builder.addValue(descriptor)
            try append(&builder, .multiply, gradient, first, to: part)
        }
        if isRepeated { part = try sum(&builder, part) }
        try builder.contribute(part, to: other, isOwn: true)
    }

    /// The gradient of what was repeated: the sum over all places where it was read.
    private func sum(_ builder: inout PlanBuilder, _ part: ValueIndex) throws -> ValueIndex {
        let total = builder.addValue(try repeated(builder, .float32))
        let primitive = try Primitive.sum(
            builder.engine, source: builder.descriptor(part), destination: builder.descriptor(total))
        try builder.append(primitive, [(.source, .value(part)), (.destination, .value(total))])
        let shape = builder.network.shape(of: inputs(builder).other) ?? []
        let own = try MemoryDescriptor(
            shape.logicalDimensions(batch: builder.batch), .float32, .channelsLast)
        return builder.addValue(own, sharing: total)
    }
}
