internal import GraftCOneDNN

/// Where a BatchNorm takes its statistics from, and which parameters it has.
package struct BatchNormalizationForm: Sendable, Hashable {
    /// Whether mean and variance are given; otherwise they are those of the batch, and are handed out.
    package var usesStoredStatistics: Bool
    /// Whether there is a gamma; there is always a beta.
    package var hasScale: Bool
    /// What is added to the variance.
    package var epsilon: Float

    /// A form.
    package init(usesStoredStatistics: Bool, hasScale: Bool, epsilon: Float) {
        self.usesStoredStatistics = usesStoredStatistics
        self.hasScale = hasScale
        self.epsilon = epsilon
    }

    var flags: UInt32 {
        (usesStoredStatistics ? dnnl_use_global_stats.rawValue : 0)
            | (hasScale ? dnnl_use_scale.rawValue : 0) | dnnl_use_shift.rawValue
    }
}

extension Primitive {
    /// BatchNorm for training, per channel of [N, C, H, W].
    package static func batchNormalization(
        _ engine: Engine, _ form: BatchNormalizationForm, source: MemoryDescriptor
    ) throws(OneDNNError) -> Primitive {
        let attributes = try PrimitiveAttributes()
        return try unsafe Primitive("a BatchNorm of \(source.dimensions)") {
            unsafe dnnl_batch_normalization_forward_primitive_desc_create(
                $0, engine.handle, dnnl_forward_training, source.handle, source.handle, form.epsilon,
                form.flags, attributes.handle)
        }
    }

    /// The gradients of a BatchNorm's source and parameters.
    package static func batchNormalizationGradient(
        _ engine: Engine, _ form: BatchNormalizationForm, forward: Primitive, source: MemoryDescriptor,
        gradient: MemoryDescriptor
    ) throws(OneDNNError) -> Primitive {
        let attributes = try PrimitiveAttributes()
        return try unsafe Primitive("the gradient of a BatchNorm of \(source.dimensions)") {
            unsafe dnnl_batch_normalization_backward_primitive_desc_create(
                $0, engine.handle, dnnl_backward, gradient.handle, gradient.handle, source.handle,
                form.epsilon, form.flags, forward.hint, attributes.handle)
        }
    }
}
