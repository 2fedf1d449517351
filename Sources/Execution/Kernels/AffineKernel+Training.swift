internal import GraftNetworks
internal import GraftOneDNN
internal import GraftTensors

/// A BatchNorm that is trained, or trained through.
///
/// One that uses the statistics of the batch has two primitives for each way: training runs take one, other
/// runs the other.
extension AffineKernel {
    /// Where mean and variance come from.
    private enum Statistics {
        case stored, batch
    }

    private func usesBatchStatistics(_ builder: PlanBuilder) -> Bool {
        builder.training?.usesBatchStatistics(node) == true
    }

    private func form(_ statistics: Statistics) -> BatchNormalizationForm {
        BatchNormalizationForm(
            usesStoredStatistics: statistics == .stored, hasScale: normalization.hasScale,
            epsilon: normalization.epsilon)
    }

    /// The layout of what is normalised, as a feature map.
    private func descriptor(_ builder: PlanBuilder) throws -> MemoryDescriptor {
        let shape = builder.network.inputShapes(of: node)[0]
        let type = builder.descriptor(try builder.value(of: node.inputs[0])).elementType
        return try MemoryDescriptor(
            [builder.batch, shape[shape.rank - 1]] + shape.places, type, .channelsLast)
    }

    private var meanName: String { "\(node.name)/mean" }
    private var varianceName: String { "\(node.name)/variance" }

    private func moments(
        _ builder: inout PlanBuilder, _ statistics: Statistics
    ) throws -> [(argument: Argument, slot: Slot)] {
        if statistics == .batch {
            return [
                (.mean, .value(try builder.value(of: meanName))),
                (.variance, .value(try builder.value(of: varianceName))),
            ]
        }
        let channels = try descriptor(builder).dimensions[1]
        return try [(Argument.mean, ParameterSpecification.Role.movingMean), (.variance, .movingVariance)].map
        {
            argument, role in
            let slot =
                usesBatchStatistics(builder)
                ? try builder.statisticsSlot(node, role)
                : try builder.parameterSlot(node, role, dimensions: [channels])
            return (argument, slot)
        }
    }

    // MARK: Forward

    func planTraining(_ builder: inout PlanBuilder) throws {
        let source = try builder.value(of: node.inputs[0])
        let map = try descriptor(builder)
        let channels = map.dimensions[1]
        let destination = builder.addValue(builder.descriptor(source), named: node.name)
        var arguments: [(argument: Argument, slot: Slot)] = [
            (.source, .value(builder.addValue(map, sharing: source))),
            (.destination, .value(builder.addValue(map, sharing: destination))),
            (.shift, try builder.parameterSlot(node, .beta, dimensions: [channels])),
        ]
        if normalization.hasScale {
            arguments.append((.scale, try builder.parameterSlot(node, .gamma, dimensions: [channels])))
        }
        let stored = try Primitive.batchNormalization(builder.engine, form(.stored), source: map)
        let moving = try moments(&builder, .stored)
        guard usesBatchStatistics(builder) else {
            return try builder.append(stored, arguments + moving)
        }
        try builder.append(stored, arguments + moving, on: .evaluating)
        let vector = try MemoryDescriptor([channels], .float32, .rowMajor)
        let mean = builder.addValue(vector, named: meanName)
        let variance = builder.addValue(vector, named: varianceName)
        let primitive = try Primitive.batchNormalization(builder.engine, form(.batch), source: map)
        try builder.append(primitive, arguments + moments(&builder, .batch), on: .training)
        let momentum = builder.training?.statisticsMomentum ?? 1
        for (value, (_, slot)) in zip([mean, variance], moving) {
            builder.append(touching: [.value(value), slot], on: .training) { workspace in
                workspace.withFloats(in: .value(value)) { found in
                    workspace.withFloats(in: slot) { moving in
                        for channel in moving.indices {
                            moving[channel] = momentum * moving[channel] + (1 - momentum) * found[channel]
                        }
                    }
                }
            }
        }
    }

    // MARK: Backward

    func planBackward(_ builder: inout PlanBuilder) throws {
        let source = try builder.value(of: node.inputs[0])
        let gradient = try builder.gradient(of: node.name)
        let map = try descriptor(builder)
        let vector = try MemoryDescriptor([map.dimensions[1]], .float32, .rowMajor)
        // oneDNN computes all gradients at once; what is not wanted is written where nobody reads it.
        var arguments: [(argument: Argument, slot: Slot)] = [
            (.source, .value(builder.addValue(map, sharing: source))),
            (.destinationGradient, .value(builder.addValue(map, sharing: gradient))),
        ]
        var wanted: [(Argument, ParameterSpecification.Role)] = [(.shiftGradient, .beta)]
        if normalization.hasScale {
            wanted.append((.scaleGradient, .gamma))
            let scale = try builder.parameterSlot(node, .gamma, dimensions: vector.dimensions)
            arguments.append((.scale, scale))
        }
        for (argument, role) in wanted {
            let slot = builder.gradientSlot(node, role, dimensions: vector.dimensions)
            arguments.append((argument, slot ?? .value(builder.addValue(vector))))
        }
        guard builder.needsGradient(node.inputs[0]) else {
            let unread = builder.addValue(map)
            return try appendGradients(&builder, arguments + [(.sourceGradient, .value(unread))])
        }
        try builder.contribute(to: node.inputs[0]) { builder, target in
            let target = builder.addValue(map, sharing: target)
            try appendGradients(&builder, arguments + [(.sourceGradient, .value(target))])
        }
    }

    private func appendGradients(
        _ builder: inout PlanBuilder, _ arguments: [(argument: Argument, slot: Slot)]
    ) throws {
        let map = try descriptor(builder)
        func append(_ statistics: Statistics, on occasion: PlanStep.Occasion) throws {
            let form = form(statistics)
            let primitive = try Primitive.batchNormalizationGradient(
                builder.engine, form,
                forward: Primitive.batchNormalization(builder.engine, form, source: map), source: map,
                gradient: map)
            try builder.append(primitive, arguments + moments(&builder, statistics), on: occasion)
        }
        guard usesBatchStatistics(builder) else { return try append(.stored, on: .always) }
        try append(.batch, on: .training)
        try append(.stored, on: .evaluating)
    }
}
