internal import COneDNN

/// A function of each element, as oneDNN knows it.
package enum Elementwise: Sendable, Hashable {
    /// max(x, 0)
    case relu
    /// min(max(x, low), high)
    case clip(low: Float, high: Float)
    /// x where it is positive, slope · x elsewhere
    case leakyReLU(slope: Float)
    /// 1 / (1 + exp(−x))
    case sigmoid

    /// The function whose gradient oneDNN tells from its result alone.
    var gradientAlgorithm: (kind: dnnl_alg_kind_t, alpha: Float, beta: Float) {
        switch self {
        case .relu: (dnnl_eltwise_relu_use_dst_for_bwd, 0, 0)
        case .clip(let low, let high): (dnnl_eltwise_clip_v2_use_dst_for_bwd, low, high)
        case .leakyReLU(let slope): (dnnl_eltwise_relu_use_dst_for_bwd, slope, 0)
        case .sigmoid: (dnnl_eltwise_logistic_use_dst_for_bwd, 0, 0)
        }
    }

    var algorithm: (kind: dnnl_alg_kind_t, alpha: Float, beta: Float) {
        switch self {
        case .relu: (dnnl_eltwise_relu, 0, 0)
        case .clip(let low, let high): (dnnl_eltwise_clip, low, high)
        case .leakyReLU(let slope): (dnnl_eltwise_relu, slope, 0)
        case .sigmoid: (dnnl_eltwise_logistic, 0, 0)
        }
    }
}

/// What a primitive does to its result before storing it, in this order.
package enum PostOperation: Sendable {
    /// Applies a function of each element.
    case elementwise(Elementwise)
    /// Adds what the destination held before.
    case addDestination
    /// Adds another memory, given as ``Argument/postOperation(_:)`` when it runs.
    case add(MemoryDescriptor)
}

/// oneDNN's attributes: post-operations, and a scratchpad that the caller provides.
///
/// A scratchpad that oneDNN keeps would be unsafe where a primitive is run by another thread than the one that made it.
@safe final class PrimitiveAttributes {
    let handle: OpaquePointer

    /// - Parameter scaledAxes: the axes along which the source is multiplied by ``Argument/sourceScales``, as a bit mask.
    init(_ operations: [PostOperation] = [], scaledAxes: Int32? = nil) throws(OneDNNError) {
        unsafe handle = try makeHandle("make attributes") { unsafe dnnl_primitive_attr_create($0) }
        try check(
            unsafe dnnl_primitive_attr_set_scratchpad_mode(handle, dnnl_scratchpad_mode_user),
            "use the caller's scratchpad")
        if let scaledAxes {
            try check(
                unsafe dnnl_primitive_attr_set_scales_mask(handle, DNNL_ARG_SRC_0, scaledAxes), "set scales")
        }
        guard !operations.isEmpty else { return }
        let list = try unsafe makeHandle("make post-operations") { unsafe dnnl_post_ops_create($0) }
        defer { unsafe dnnl_post_ops_destroy(list) }
        for operation in operations {
            let status =
                switch operation {
                case .elementwise(let function):
                    unsafe dnnl_post_ops_append_eltwise(
                        list, function.algorithm.kind, function.algorithm.alpha, function.algorithm.beta)
                case .addDestination:
                    unsafe dnnl_post_ops_append_sum(list, 1, 0, dnnl_data_type_undef)
                case .add(let descriptor):
                    unsafe dnnl_post_ops_append_binary(list, dnnl_binary_add, descriptor.handle)
                }
            try check(status, "append a post-operation")
        }
        try check(unsafe dnnl_primitive_attr_set_post_ops(handle, list), "set post-operations")
    }

    deinit { unsafe dnnl_primitive_attr_destroy(handle) }
}
