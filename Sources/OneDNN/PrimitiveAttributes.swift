internal import GraftCOneDNN
package import GraftTensors

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
    /// x / (1 + exp(−x))
    case swish
    /// min(max(slope · x + offset, 0), 1)
    case hardSigmoid(slope: Float, offset: Float)
    /// x · min(max(slope · x + offset, 0), 1)
    case hardSwish(slope: Float, offset: Float)
    /// x · Φ(x)
    case gelu
    /// x / 2 · (1 + tanh(√(2/π) · (x + 0.044715 x³)))
    case geluTanh

    /// Whether oneDNN tells the gradient from the function's result, and not from its argument.
    package var gradientTakesResult: Bool {
        switch self {
        case .relu, .clip, .leakyReLU, .sigmoid: true
        case .swish, .hardSigmoid, .hardSwish, .gelu, .geluTanh: false
        }
    }

    /// The function whose gradient oneDNN tells from its result alone, where there is one.
    var gradientAlgorithm: (kind: dnnl_alg_kind_t, alpha: Float, beta: Float) {
        switch self {
        case .relu: (dnnl_eltwise_relu_use_dst_for_bwd, 0, 0)
        case .clip(let low, let high): (dnnl_eltwise_clip_v2_use_dst_for_bwd, low, high)
        case .leakyReLU(let slope): (dnnl_eltwise_relu_use_dst_for_bwd, slope, 0)
        case .sigmoid: (dnnl_eltwise_logistic_use_dst_for_bwd, 0, 0)
        case .swish, .hardSigmoid, .hardSwish, .gelu, .geluTanh: algorithm
        }
    }

    var algorithm: (kind: dnnl_alg_kind_t, alpha: Float, beta: Float) {
        switch self {
        case .relu: (dnnl_eltwise_relu, 0, 0)
        case .clip(let low, let high): (dnnl_eltwise_clip, low, high)
        case .leakyReLU(let slope): (dnnl_eltwise_relu, slope, 0)
        case .sigmoid: (dnnl_eltwise_logistic, 0, 0)
        case .swish: (dnnl_eltwise_swish, 1, 0)
        case .hardSigmoid(let slope, let offset): (dnnl_eltwise_hardsigmoid, slope, offset)
        case .hardSwish(let slope, let offset): (dnnl_eltwise_hardswish, slope, offset)
        case .gelu: (dnnl_eltwise_gelu_erf, 0, 0)
        case .geluTanh: (dnnl_eltwise_gelu_tanh, 0, 0)
        }
    }
}

/// What a primitive does to its result before storing it, in this order.
package enum PostOperation: Sendable {
    /// Applies a function of each element.
    case elementwise(Elementwise)
    /// Adds what the destination held before, times a factor; read as another type of the same size where one
    /// is given.
    case addDestination(scale: Float = 1, as: ElementType? = nil)
    /// Adds another memory, given as ``Argument/postOperation(_:)`` when it runs.
    case add(MemoryDescriptor)
}

/// oneDNN's attributes: post-operations, and a scratchpad that the caller provides.
///
/// A scratchpad that oneDNN keeps would be unsafe where a primitive is run by another thread than the one
/// that made it.
@safe final class PrimitiveAttributes {
    let handle: OpaquePointer

    /// - Parameters:
    ///   - operations: what is done to the result.
    ///   - scaledAxes: the number of first axes of the argument `scaled` for each of whose places there is a
    ///     factor, given when it runs.
    init(
        _ operations: [PostOperation] = [], scaledAxes: Int? = nil, of scaled: Argument = .source
    ) throws(OneDNNError) {
        unsafe handle = try makeHandle("make attributes") { unsafe dnnl_primitive_attr_create($0) }
        try check(
            unsafe dnnl_primitive_attr_set_scratchpad_mode(handle, dnnl_scratchpad_mode_user),
            "use the caller's scratchpad")
        if let scaledAxes {
            try check(
                unsafe dnnl_primitive_attr_set_scales_mask(
                    handle, scaled.code, (1 << Int32(scaledAxes)) - 1), "set scales")
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
                case .addDestination(let scale, let type):
                    unsafe dnnl_post_ops_append_sum(
                        list, scale, 0, try type?.dataType ?? dnnl_data_type_undef)
                case .add(let descriptor):
                    unsafe dnnl_post_ops_append_binary(list, dnnl_binary_add, descriptor.handle)
                }
            try check(status, "append a post-operation")
        }
        try check(unsafe dnnl_primitive_attr_set_post_ops(handle, list), "set post-operations")
    }

    deinit { unsafe dnnl_primitive_attr_destroy(handle) }
}
