internal import GraftNetworks
internal import GraftOneDNN
internal import GraftTensors

/// Means over windows that overlap where the sizes do not divide: no primitive does that, and the maps are
/// small.
struct AdaptiveAveragePoolingKernel: DifferentiableKernel {
    let node: Node
    let pooling: AdaptiveAveragePooling

    func planForward(_ builder: inout PlanBuilder) throws {
        let shape = builder.network.inputShapes(of: node)[0]
        if isIdentity(builder) {
            builder.setValue(try builder.value(of: node.inputs[0]), of: node.name)
            return
        }
        let batch = builder.batch
        let source = try builder.read(node.inputs[0], as: try sourceDescriptor(builder))
        let pooled = Shape([pooling.height, pooling.width, shape[2]])
        let destination = builder.addValue(
            try MemoryDescriptor(pooled.logicalDimensions(batch: batch), .float32, .channelsLast),
            named: node.name)
        let pooling = pooling
        builder.append(touching: [.value(source), .value(destination)]) { workspace in
            workspace.withFloats(in: .value(source)) { source in
                workspace.withFloats(in: .value(destination)) { destination in
                    for image in 0..<batch {
                        pooling.pool(
                            source.span.extracting(
                                image * shape.elementCount..<(image + 1) * shape.elementCount), shape: shape,
                            into: &destination, at: image * pooled.elementCount)
                    }
                }
            }
        }
    }

    /// Whether each window is one element.
    private func isIdentity(_ builder: PlanBuilder) -> Bool {
        let shape = builder.network.inputShapes(of: node)[0]
        return shape[0] == pooling.height && shape[1] == pooling.width
    }

    private func sourceDescriptor(_ builder: PlanBuilder) throws -> MemoryDescriptor {
        let shape = builder.network.inputShapes(of: node)[0]
        return try MemoryDescriptor(shape.logicalDimensions(batch: builder.batch), .float32, .channelsLast)
    }

    func planBackward(_ builder: inout PlanBuilder) throws {
        let shape = builder.network.inputShapes(of: node)[0]
        let batch = builder.batch
        let pooled = Shape([pooling.height, pooling.width, shape[2]])
        let gradient = try builder.gradient(of: node.name)
        let pooling = pooling
        if isIdentity(builder) { return try builder.contribute(gradient, to: node.inputs[0]) }
        try builder.contribute(to: node.inputs[0], as: sourceDescriptor(builder)) { builder, target in
            builder.append(touching: [.value(gradient), .value(target)]) { workspace in
                workspace.withFloats(in: .value(gradient)) { gradient in
                    workspace.withFloats(in: .value(target)) { target in
                        for index in target.indices { target[index] = 0 }
                        for image in 0..<batch {
                            pooling.spread(
                                gradient.span.extracting(
                                    image * pooled.elementCount..<(image + 1) * pooled.elementCount),
                                shape: shape, into: &target, at: image * shape.elementCount)
                        }
                    }
                }
            }
        }
    }
}

extension AdaptiveAveragePooling {
    /// Adds each output's gradient, divided among the elements of its window, to theirs.
    fileprivate func spread(
        _ gradient: Span<Float>, shape: Shape, into target: inout MutableSpan<Float>, at start: Int
    ) {
        let channels = shape[2]
        for row in 0..<height {
            let rows = AdaptiveAveragePooling.window(row, of: height, input: shape[0])
            for column in 0..<width {
                let columns = AdaptiveAveragePooling.window(column, of: width, input: shape[1])
                let place = (row * width + column) * channels
                let share = 1 / Float(rows.count * columns.count)
                for y in rows {
                    for x in columns {
                        let pixel = start + (y * shape[1] + x) * channels
                        for channel in 0..<channels {
                            target[pixel + channel] += gradient[place + channel] * share
                        }
                    }
                }
            }
        }
    }

    /// Pools one image, height, width, channels.
    fileprivate func pool(
        _ source: Span<Float>, shape: Shape, into destination: inout MutableSpan<Float>, at start: Int
    ) {
        let channels = shape[2]
        for row in 0..<height {
            let rows = AdaptiveAveragePooling.window(row, of: height, input: shape[0])
            for column in 0..<width {
                let columns = AdaptiveAveragePooling.window(column, of: width, input: shape[1])
                let place = start + (row * width + column) * channels
                let share = 1 / Float(rows.count * columns.count)
                for channel in 0..<channels { destination[place + channel] = 0 }
                for y in rows {
                    for x in columns {
                        let pixel = (y * shape[1] + x) * channels
                        for channel in 0..<channels {
                            destination[place + channel] += source[pixel + channel] * share
                        }
                    }
                }
            }
        }
    }
}
