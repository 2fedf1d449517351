internal import GraftCOneDNN

/// The step and the rows and columns added around a convolution's input.
package struct ConvolutionGeometry: Sendable, Hashable {
    package var strides: [Int]
    package var paddingBefore: [Int]
    package var paddingAfter: [Int]

    /// A step for [height, width] and rows and columns added at the [top, left] and at the [bottom, right].
    package init(strides: [Int], paddingBefore: [Int], paddingAfter: [Int]) {
        self.strides = strides
        self.paddingBefore = paddingBefore
        self.paddingAfter = paddingAfter
    }
}

extension Primitive {
    /// A convolution. Weights are [out, in, height, width], or [groups, out / groups, in / groups, height,
    /// width].
    ///
    /// - Parameter isScaled: whether the sums of each output channel are multiplied by
    ///   ``Argument/weightsScales``.
    package static func convolution(
        _ engine: Engine, source: MemoryDescriptor, weights: MemoryDescriptor, bias: MemoryDescriptor?,
        destination: MemoryDescriptor, geometry: ConvolutionGeometry, isTraining: Bool = false,
        isScaled: Bool = false, then operations: [PostOperation] = []
    ) throws(OneDNNError) -> Primitive {
        let attributes = try PrimitiveAttributes(
            operations, scaledAxes: isScaled ? weights.dimensions.count - 3 : nil, of: .weights)
        let kind = isTraining ? dnnl_forward_training : dnnl_forward_inference
        let action = "a convolution of \(source.dimensions) by \(weights.dimensions)"
        return try unsafe Primitive(action) {
            unsafe dnnl_convolution_forward_primitive_desc_create(
                $0, engine.handle, kind, dnnl_convolution_direct, source.handle,
                weights.handle, bias?.handle, destination.handle, geometry.strides.map(Int64.init), [0, 0],
                geometry.paddingBefore.map(Int64.init), geometry.paddingAfter.map(Int64.init),
                attributes.handle)
        }
    }

    /// The gradient of a convolution's source.
    package static func convolutionSourceGradient(
        _ engine: Engine, forward: Primitive, sourceGradient: MemoryDescriptor, weights: MemoryDescriptor,
        destinationGradient: MemoryDescriptor, geometry: ConvolutionGeometry
    ) throws(OneDNNError) -> Primitive {
        let attributes = try PrimitiveAttributes()
        // oneDNN 3.2 takes this one first for strided depthwise convolutions in bf16, where it is 25 times
        // slower than the next.
        let isDepthwise = weights.dimensions.count == 5 && weights.dimensions[1...2] == [1, 1]
        return try unsafe Primitive(
            "the input gradient of a convolution of \(sourceGradient.dimensions)",
            avoiding: isDepthwise ? "brgconv_strided" : nil
        ) {
            unsafe dnnl_convolution_backward_data_primitive_desc_create(
                $0, engine.handle, dnnl_convolution_direct, sourceGradient.handle, weights.handle,
                destinationGradient.handle, geometry.strides.map(Int64.init), [0, 0],
                geometry.paddingBefore.map(Int64.init), geometry.paddingAfter.map(Int64.init),
                forward.hint, attributes.handle)
        }
    }

    /// The gradients of a convolution's weights and bias.
    package static func convolutionWeightsGradient(
        _ engine: Engine, forward: Primitive, source: MemoryDescriptor, weightsGradient: MemoryDescriptor,
        biasGradient: MemoryDescriptor?, destinationGradient: MemoryDescriptor,
        geometry: ConvolutionGeometry
    ) throws(OneDNNError) -> Primitive {
        let attributes = try PrimitiveAttributes()
        return try unsafe Primitive("the weight gradient of a convolution of \(source.dimensions)") {
            unsafe dnnl_convolution_backward_weights_primitive_desc_create(
                $0, engine.handle, dnnl_convolution_direct, source.handle, weightsGradient.handle,
                biasGradient?.handle, destinationGradient.handle, geometry.strides.map(Int64.init), [0, 0],
                geometry.paddingBefore.map(Int64.init), geometry.paddingAfter.map(Int64.init),
                forward.hint, attributes.handle)
        }
    }
}
