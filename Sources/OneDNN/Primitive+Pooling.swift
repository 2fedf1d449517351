internal import GraftCOneDNN

/// What a pooling makes of a window.
package enum PoolingReduction: Sendable, Hashable {
    case maximum
    /// The mean; padding does not count.
    case average
    /// The mean; padding counts as zeros.
    case averageWithPadding

    var algorithm: dnnl_alg_kind_t {
        switch self {
        case .maximum: dnnl_pooling_max
        case .average: dnnl_pooling_avg_exclude_padding
        case .averageWithPadding: dnnl_pooling_avg_include_padding
        }
    }
}

extension Primitive {
    /// A pooling over windows of [height, width] of a [N, C, H, W] source.
    package static func pooling(
        _ engine: Engine, _ reduction: PoolingReduction, source: MemoryDescriptor,
        destination: MemoryDescriptor, window: [Int], geometry: ConvolutionGeometry,
        isTraining: Bool = false
    ) throws(OneDNNError) -> Primitive {
        let attributes = try PrimitiveAttributes()
        let kind = isTraining ? dnnl_forward_training : dnnl_forward_inference
        return try unsafe Primitive("a pooling of \(source.dimensions)") {
            unsafe dnnl_pooling_forward_primitive_desc_create(
                $0, engine.handle, kind, reduction.algorithm, source.handle,
                destination.handle, geometry.strides.map(Int64.init), window.map(Int64.init), [0, 0],
                geometry.paddingBefore.map(Int64.init), geometry.paddingAfter.map(Int64.init),
                attributes.handle)
        }
    }

    /// The gradient of a pooling's source.
    package static func poolingGradient(
        _ engine: Engine, _ reduction: PoolingReduction, forward: Primitive,
        sourceGradient: MemoryDescriptor, destinationGradient: MemoryDescriptor, window: [Int],
        geometry: ConvolutionGeometry
    ) throws(OneDNNError) -> Primitive {
        let attributes = try PrimitiveAttributes()
        return try unsafe Primitive("the gradient of a pooling of \(sourceGradient.dimensions)") {
            unsafe dnnl_pooling_backward_primitive_desc_create(
                $0, engine.handle, reduction.algorithm, sourceGradient.handle, destinationGradient.handle,
                geometry.strides.map(Int64.init), window.map(Int64.init), [0, 0],
                geometry.paddingBefore.map(Int64.init), geometry.paddingAfter.map(Int64.init),
                forward.hint, attributes.handle)
        }
    }

    /// The gradient of a local response normalisation's source.
    package static func localResponseNormalizationGradient(
        _ engine: Engine, forward: Primitive, source: MemoryDescriptor, sourceGradient: MemoryDescriptor,
        destinationGradient: MemoryDescriptor, size: Int, alpha: Float, beta: Float, k: Float
    ) throws(OneDNNError) -> Primitive {
        let attributes = try PrimitiveAttributes()
        return try unsafe Primitive("the gradient of a local response normalisation of \(source.dimensions)")
        {
            unsafe dnnl_lrn_backward_primitive_desc_create(
                $0, engine.handle, dnnl_lrn_across_channels, sourceGradient.handle,
                destinationGradient.handle, source.handle, Int64(size), alpha, beta, k, forward.hint,
                attributes.handle)
        }
    }

    /// Local response normalisation among channels: x / (k + alpha / size · Σ x²)^beta.
    package static func localResponseNormalization(
        _ engine: Engine, source: MemoryDescriptor, size: Int, alpha: Float, beta: Float, k: Float,
        isTraining: Bool = false
    ) throws(OneDNNError) -> Primitive {
        let attributes = try PrimitiveAttributes()
        let kind = isTraining ? dnnl_forward_training : dnnl_forward_inference
        return try unsafe Primitive("a local response normalisation of \(source.dimensions)") {
            unsafe dnnl_lrn_forward_primitive_desc_create(
                $0, engine.handle, kind, dnnl_lrn_across_channels, source.handle,
                source.handle, Int64(size), alpha, beta, k, attributes.handle)
        }
    }

    /// The sources one after the other along one axis.
    package static func concatenation(
        _ engine: Engine, axis: Int, sources: [MemoryDescriptor], destination: MemoryDescriptor
    ) throws(OneDNNError) -> Primitive {
        let attributes = try PrimitiveAttributes()
        let handles = unsafe sources.map { unsafe $0.handle as OpaquePointer? }
        return try unsafe Primitive("a concatenation to \(destination.dimensions)") {
            unsafe dnnl_concat_primitive_desc_create(
                $0, engine.handle, destination.handle, Int32(handles.count), Int32(axis), handles,
                attributes.handle)
        }
    }
}
