internal import GraftNetworks
internal import GraftOneDNN
internal import GraftTensors

/// A BatchNorm. In inference it is an affine map of each channel, and, where no convolution could take it in,
/// a depthwise convolution of one by one.
struct AffineKernel: DifferentiableKernel {
    let node: Node
    let normalization: BatchNormalization

    func planForward(_ builder: inout PlanBuilder) throws {
        if builder.isTrainingPlan { return try planTraining(&builder) }
        let source = try builder.value(of: node.inputs[0])
        let shape = builder.network.inputShapes(of: node)[0]
        let channels = shape[shape.rank - 1]
        let dimensions = [builder.batch, channels] + shape.places
        let type = builder.floatType(of: source)
        let wanted = try MemoryDescriptor(dimensions, type, .channelsLast)
        let map =
            shape.rank == 3
            ? try builder.converted(source, to: wanted) : builder.addValue(wanted, sharing: source)
        let kernelDimensions = [channels, 1, 1, 1, 1]
        let primitive = try Primitive.convolution(
            builder.engine, source: wanted, weights: MemoryDescriptor(kernelDimensions, type, .any),
            bias: MemoryDescriptor([channels], .float32, .rowMajor), destination: wanted,
            geometry: ConvolutionGeometry(strides: [1, 1], paddingBefore: [0, 0], paddingAfter: [0, 0]))
        let weightsWanted = try primitive.descriptor(of: .weights, type)
        let weights = try builder.shared(PackedKey(node: node, role: .gamma), as: weightsWanted) {
            try $0.constant(
                normalization.affine($0, node).scale, dimensions: kernelDimensions, as: weightsWanted)
        }
        let biasWanted = try MemoryDescriptor([channels], .float32, .rowMajor)
        let bias = try builder.shared(PackedKey(node: node, role: .beta), as: biasWanted) {
            try $0.constant(
                normalization.affine($0, node).shift, dimensions: [channels], as: biasWanted)
        }
        let result = builder.addValue(wanted)
        try builder.append(
            primitive,
            [(.source, .value(map)), (.weights, weights), (.bias, bias), (.destination, .value(result))])
        let logical = shape.logicalDimensions(batch: builder.batch)
        _ = builder.addValue(
            try MemoryDescriptor(logical, type, .channelsLast), named: node.name, sharing: result)
    }
}

extension Shape {
    /// The height and width over which channels are normalised: a vector is a feature map of one place, rows
    /// of vectors are one of a single column.
    var places: [Int] {
        let outer = Array(dimensions.dropLast())
        return outer + [Int](repeating: 1, count: 2 - outer.count)
    }
}
