internal import GraftNetworks
internal import GraftOneDNN
internal import GraftTensors

extension ConvolutionKernel {
    /// Plans a convolution of whole numbers, where the plan's ``Quantization`` has it.
    ///
    /// With x = s · q for what is read, w = s' · q' for each filter and y = t · r for what is stored, r is
    /// the rounded sum of q · q' times s · s' / t, plus bias / t; so everything is computed in units of t,
    /// and oneDNN needs one factor a filter. What is stored as floating point has a unit of 1.
    ///
    /// - Returns: whether it did; where oneDNN has no fast code for this one, it does not.
    func planEightBits(_ builder: inout PlanBuilder) throws -> Bool {
        let input = fused.node.inputs[0]
        guard let quantization = builder.quantization, quantization.convolutions.contains(fused.node.name),
            let grid = quantization.grids[input], let outputShape = builder.network.shape(of: fused.output)
        else { return false }
        let inputShape = builder.network.inputShapes(of: fused.node)[0]
        let present = try builder.value(of: input)
        // What comes in eight bits stays as it is.
        let isQuantized = builder.descriptor(present).elementType.isEightBits
        let sourceType = isQuantized ? builder.descriptor(present).elementType : grid.elementType
        let sourceScale = isQuantized ? builder.scale(present) : grid.scale
        let sourceWanted = try MemoryDescriptor(
            inputShape.logicalDimensions(batch: builder.batch), sourceType, .channelsLast)
        let resultGrid = resultGrid(quantization, builder)
        let unit = resultGrid?.scale ?? 1
        let destinationDescriptor = try MemoryDescriptor(
            outputShape.logicalDimensions(batch: builder.batch),
            resultGrid?.elementType ?? builder.resultType(of: fused), .channelsLast
        )

        var operations: [PostOperation] = []
        var addition: (name: String, isLastReader: Bool)?
        for operation in fused.operations {
            switch operation {
            case .activation(let activation):
                operations.append(.elementwise(activation.elementwise(inUnitsOf: unit)))
            case .add(let name):
                // A second addition would need a second destination.
                guard addition == nil else { return false }
                addition = (
                    name, builder.layout?.overwritten(by: fused, at: builder.position) == name
                )
                guard let (type, scale) = try addedForm(name, resultGrid, builder) else { return false }
                operations.append(.addDestination(scale: scale / unit, as: type))
            }
        }
        let kernelDimensions = kernelDimensions(builder)
        let primitive = try Primitive.convolution(
            builder.engine, source: sourceWanted, weights: MemoryDescriptor(kernelDimensions, .int8, .any),
            bias: MemoryDescriptor([convolution.filters], .float32, .rowMajor),
            destination: destinationDescriptor, geometry: geometry(builder), isScaled: true, then: operations)
        if primitive.isReference { return false }

        var shared: ValueIndex?
        if let addition, let (type, scale) = try addedForm(addition.name, resultGrid, builder) {
            let wanted = try MemoryDescriptor(destinationDescriptor.dimensions, type, .channelsLast)
            shared = try builder.converted(
                try builder.value(of: addition.name), to: wanted, scale: scale, isOwn: !addition.isLastReader)
        }
        let source = try builder.converted(present, to: sourceWanted, scale: sourceScale)
        let filters = try MemoryDescriptor([convolution.filters], .float32, .rowMajor)
        let weightsWanted = try primitive.descriptor(of: .weights, .int8)
        // Worked out once, and only where nothing of it is packed yet.
        var folded: (kernel: [Float], bias: [Float])?
        func parameters(_ builder: PlanBuilder) throws -> (kernel: [Float], bias: [Float]) {
            let found = try folded ?? foldedParameters(builder)
            folded = found
            return found
        }
        let weights = try builder.shared(key(.kernel, builder), as: weightsWanted) { builder in
            let kernel = try parameters(builder).kernel
            let whole = quantized(kernel, isSigned: sourceType == .int8).whole
            return try builder.constant(
                reached(whole, builder), dimensions: kernelDimensions, as: weightsWanted)
        }
        var scalesKey = key(.kernel, builder, scales: [sourceScale, unit])
        (scalesKey.areScales, scalesKey.reach) = (true, [])
        let scales = try builder.shared(scalesKey, as: filters) { builder in
            let kernel = try parameters(builder).kernel
            let scales = quantized(kernel, isSigned: sourceType == .int8).scales
            return try builder.constant(
                scales.map { $0 * sourceScale / unit }, dimensions: [convolution.filters], as: filters)
        }
        let bias = try builder.shared(key(.bias, builder, scales: [unit]), as: filters) { builder in
            let bias = try parameters(builder).bias
            return try builder.constant(
                bias.map { $0 / unit }, dimensions: [convolution.filters], as: filters)
        }
        let arguments: [(argument: Argument, slot: Slot)] = [
            (.source, .value(source)), (.weights, weights), (.weightsScales, scales), (.bias, bias),
        ]
        let destination = builder.addValue(
            destinationDescriptor, named: fused.output, sharing: shared, scale: unit)
        try builder.append(primitive, arguments + [(.destination, .value(destination))])
        return true
    }

    /// The grid that the result is stored on; none where it is wanted in floating point.
    private func resultGrid(_ quantization: Quantization, _ builder: PlanBuilder) -> Quantization.Grid? {
        let isWanted =
            builder.isOutput(fused.output) || feedsPooling(builder)
            || fused.operations.contains { operation in
                if case .activation(let activation) = operation {
                    !activation.worksInOtherUnits
                } else {
                    false
                }
            }
        return isWanted ? nil : quantization.grids[fused.output]
    }

    /// The form in which what is added lies in the destination, of the size of the result's; none where it
    /// cannot have one.
    private func addedForm(
        _ name: String, _ resultGrid: Quantization.Grid?, _ builder: PlanBuilder
    ) throws -> (type: ElementType, scale: Float)? {
        guard resultGrid != nil else { return (builder.resultType(of: fused), 1) }
        let value = try builder.value(of: name)
        let present = builder.descriptor(value).elementType
        if present.isEightBits { return (present, builder.scale(value)) }
        return builder.quantization?.grids[name].map { ($0.elementType, $0.scale) }
    }

    /// The kernel as whole numbers, and what those of each filter are multiplied by.
    ///
    /// Without VNNI two products of eight bits are added up in 16, which 64 and 255 just do not overflow. Where what is
    /// read can be negative, oneDNN halves kernels itself for that: so they are even, that no half is lost.
    private func quantized(_ kernel: [Float], isSigned: Bool) -> (whole: [Int8], scales: [Float]) {
        let (most, step): (Float, Float) = Engine.hasVNNI ? (127, 1) : isSigned ? (63, 2) : (64, 1)
        let count = kernel.count / convolution.filters
        var whole = [Int8](repeating: 0, count: kernel.count)
        let scales = (0..<convolution.filters).map { filter in
            let range = filter * count..<(filter + 1) * count
            let largest = range.reduce(0) { max($0, abs(kernel[$1])) }
            let scale = largest > 0 ? largest / most : 1
            for index in range {
                whole[index] = Int8(step * max(-most, min(most, (kernel[index] / scale).rounded())))
            }
            return scale / step
        }
        return (whole, scales)
    }
}

extension Quantization.Grid {
    /// The type that holds its whole numbers.
    var elementType: ElementType { isSigned ? .int8 : .uint8 }
}

extension ElementType {
    /// Whether values are whole numbers on a grid.
    var isEightBits: Bool { self == .int8 || self == .uint8 }
}

extension Activation {
    /// The function on numbers that count so many units.
    fileprivate func elementwise(inUnitsOf unit: Float) -> Elementwise {
        if case .clip(let low, let high) = elementwise { return .clip(low: low / unit, high: high / unit) }
        return elementwise
    }
}
