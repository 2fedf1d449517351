internal import COneDNN

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
    /// A convolution for inference. Weights are [out, in, height, width], or [groups, out / groups, in / groups, height, width].
    package static func convolution(
        _ engine: Engine, source: MemoryDescriptor, weights: MemoryDescriptor, bias: MemoryDescriptor?,
        destination: MemoryDescriptor, geometry: ConvolutionGeometry, then operations: [PostOperation] = []
    ) throws(OneDNNError) -> Primitive {
        let attributes = try PrimitiveAttributes(operations)
        let action = "a convolution of \(source.dimensions) by \(weights.dimensions)"
        return try unsafe Primitive(action) {
            unsafe dnnl_convolution_forward_primitive_desc_create(
                $0, engine.handle, dnnl_forward_inference, dnnl_convolution_direct, source.handle,
                weights.handle, bias?.handle, destination.handle, geometry.strides.map(Int64.init), [0, 0],
                geometry.paddingBefore.map(Int64.init), geometry.paddingAfter.map(Int64.init),
                attributes.handle)
        }
    }
}
