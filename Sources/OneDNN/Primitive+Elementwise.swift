internal import COneDNN

extension Primitive {
    /// A copy into another layout or element type.
    package static func reorder(
        _ engine: Engine, source: MemoryDescriptor, destination: MemoryDescriptor
    ) throws(OneDNNError) -> Primitive {
        let attributes = try PrimitiveAttributes()
        return try unsafe Primitive("a reorder of \(source.dimensions)") {
            unsafe dnnl_reorder_primitive_desc_create(
                $0, source.handle, engine.handle, destination.handle, engine.handle, attributes.handle)
        }
    }

    /// A function of each element; source and destination may be the same memory.
    package static func elementwise(
        _ engine: Engine, _ function: Elementwise, source: MemoryDescriptor, destination: MemoryDescriptor,
        isTraining: Bool = false
    ) throws(OneDNNError) -> Primitive {
        let attributes = try PrimitiveAttributes()
        let kind = isTraining ? dnnl_forward_training : dnnl_forward_inference
        return try unsafe Primitive("an activation of \(source.dimensions)") {
            unsafe dnnl_eltwise_forward_primitive_desc_create(
                $0, engine.handle, kind, function.algorithm.kind, source.handle,
                destination.handle, function.algorithm.alpha, function.algorithm.beta, attributes.handle)
        }
    }

    /// The gradient of the argument of a function of each element.
    package static func elementwiseGradient(
        _ engine: Engine, _ function: Elementwise, source: MemoryDescriptor,
        sourceGradient: MemoryDescriptor, destinationGradient: MemoryDescriptor
    ) throws(OneDNNError) -> Primitive {
        let attributes = try PrimitiveAttributes()
        let forward = try elementwise(engine, function, source: source, destination: source, isTraining: true)
        return try unsafe Primitive("the gradient of an activation of \(source.dimensions)") {
            unsafe dnnl_eltwise_backward_primitive_desc_create(
                $0, engine.handle, function.algorithm.kind, sourceGradient.handle,
                destinationGradient.handle, source.handle, function.algorithm.alpha,
                function.algorithm.beta, forward.hint, attributes.handle)
        }
    }

    /// The sum of two memories.
    package static func add(
        _ engine: Engine, source: MemoryDescriptor, second: MemoryDescriptor, destination: MemoryDescriptor
    ) throws(OneDNNError) -> Primitive {
        let attributes = try PrimitiveAttributes()
        return try unsafe Primitive("an addition of \(source.dimensions)") {
            unsafe dnnl_binary_primitive_desc_create(
                $0, engine.handle, dnnl_binary_add, source.handle, second.handle, destination.handle,
                attributes.handle)
        }
    }

    /// exp(x) / Σ exp(x) along one axis.
    package static func softmax(
        _ engine: Engine, axis: Int, source: MemoryDescriptor, destination: MemoryDescriptor
    ) throws(OneDNNError) -> Primitive {
        let attributes = try PrimitiveAttributes()
        return try unsafe Primitive("a softmax of \(source.dimensions)") {
            unsafe dnnl_softmax_forward_primitive_desc_create(
                $0, engine.handle, dnnl_forward_inference, dnnl_softmax_accurate, source.handle,
                destination.handle, Int32(axis), attributes.handle)
        }
    }
}
