internal import GraftCOneDNN

extension Primitive {
    /// y = x Wᵀ + b for x [batch, inputs], W [units, inputs] and b [units].
    package static func dense(
        _ engine: Engine, isTraining: Bool, source: MemoryDescriptor, weights: MemoryDescriptor,
        bias: MemoryDescriptor?, destination: MemoryDescriptor, then operations: [PostOperation] = []
    ) throws(OneDNNError) -> Primitive {
        let attributes = try PrimitiveAttributes(operations)
        let kind = isTraining ? dnnl_forward_training : dnnl_forward_inference
        return try unsafe Primitive("a dense layer of \(source.dimensions) by \(weights.dimensions)") {
            unsafe dnnl_inner_product_forward_primitive_desc_create(
                $0, engine.handle, kind, source.handle, weights.handle, bias?.handle, destination.handle,
                attributes.handle)
        }
    }

    /// dW = dyᵀ x and db = Σ dy of a dense layer.
    package static func denseWeightsGradient(
        _ engine: Engine, forward: Primitive, source: MemoryDescriptor, weightsGradient: MemoryDescriptor,
        biasGradient: MemoryDescriptor?, destinationGradient: MemoryDescriptor
    ) throws(OneDNNError) -> Primitive {
        let attributes = try PrimitiveAttributes()
        return try unsafe Primitive("the weight gradient of a dense layer of \(source.dimensions)") {
            unsafe dnnl_inner_product_backward_weights_primitive_desc_create(
                $0, engine.handle, source.handle, weightsGradient.handle, biasGradient?.handle,
                destinationGradient.handle, forward.hint, attributes.handle)
        }
    }

    /// dx = dy W of a dense layer.
    package static func denseSourceGradient(
        _ engine: Engine, forward: Primitive, sourceGradient: MemoryDescriptor, weights: MemoryDescriptor,
        destinationGradient: MemoryDescriptor
    ) throws(OneDNNError) -> Primitive {
        let attributes = try PrimitiveAttributes()
        return try unsafe Primitive("the input gradient of a dense layer of \(sourceGradient.dimensions)") {
            unsafe dnnl_inner_product_backward_data_primitive_desc_create(
                $0, engine.handle, sourceGradient.handle, weights.handle, destinationGradient.handle,
                forward.hint, attributes.handle)
        }
    }

    /// The product of two matrices, [rows, inner] by [inner, columns].
    package static func product(
        _ engine: Engine, _ left: MemoryDescriptor, _ right: MemoryDescriptor, destination: MemoryDescriptor
    ) throws(OneDNNError) -> Primitive {
        let attributes = try PrimitiveAttributes()
        return try unsafe Primitive("a product of \(left.dimensions) by \(right.dimensions)") {
            unsafe dnnl_matmul_primitive_desc_create(
                $0, engine.handle, left.handle, right.handle, nil, destination.handle, attributes.handle)
        }
    }
}
