internal import GraftCOneDNN

/// What is made of two memories, element by element.
package enum BinaryFunction: Sendable, Hashable {
    case add, multiply

    var algorithm: dnnl_alg_kind_t {
        switch self {
        case .add: dnnl_binary_add
        case .multiply: dnnl_binary_mul
        }
    }

    var name: String {
        switch self {
        case .add: "an addition"
        case .multiply: "a multiplication"
        }
    }
}

extension Primitive {
    /// A copy into another layout or element type.
    ///
    /// - Parameter scaledAxes: the number of first axes for each of whose places there is a factor, handed in
    ///   as ``Argument/sourceScales``.
    package static func reorder(
        _ engine: Engine, source: MemoryDescriptor, destination: MemoryDescriptor, scaledAxes: Int? = nil
    ) throws(OneDNNError) -> Primitive {
        let attributes = try PrimitiveAttributes(scaledAxes: scaledAxes)
        return try unsafe Primitive("a reorder of \(source.dimensions)") {
            unsafe dnnl_reorder_primitive_desc_create(
                $0, source.handle, engine.handle, destination.handle, engine.handle, attributes.handle)
        }
    }

    /// A function of each element; source and destination may be the same memory.
    package static func elementwise(
        _ engine: Engine, _ function: Elementwise, source: MemoryDescriptor, destination: MemoryDescriptor
    ) throws(OneDNNError) -> Primitive {
        let attributes = try PrimitiveAttributes()
        return try unsafe Primitive("an activation of \(source.dimensions)") {
            unsafe dnnl_eltwise_forward_primitive_desc_create(
                $0, engine.handle, dnnl_forward_inference, function.algorithm.kind, source.handle,
                destination.handle, function.algorithm.alpha, function.algorithm.beta, attributes.handle)
        }
    }

    /// The gradient of the argument of a function of each element, told from what the function gave, or from
    /// its argument where ``Elementwise/gradientTakesResult`` says so.
    package static func elementwiseGradient(
        _ engine: Engine, _ function: Elementwise, _ descriptor: MemoryDescriptor
    ) throws(OneDNNError) -> Primitive {
        let attributes = try PrimitiveAttributes()
        let (kind, alpha, beta) = function.gradientAlgorithm
        let forward = try unsafe Primitive("an activation of \(descriptor.dimensions)") {
            unsafe dnnl_eltwise_forward_primitive_desc_create(
                $0, engine.handle, dnnl_forward_training, kind, descriptor.handle, descriptor.handle, alpha,
                beta, attributes.handle)
        }
        return try unsafe Primitive("the gradient of an activation of \(descriptor.dimensions)") {
            unsafe dnnl_eltwise_backward_primitive_desc_create(
                $0, engine.handle, kind, descriptor.handle, descriptor.handle, descriptor.handle, alpha,
                beta, forward.hint, attributes.handle)
        }
    }

    /// The sum or product of two memories; the second one is repeated along axes where it has an extent of 1.
    package static func binary(
        _ engine: Engine, _ function: BinaryFunction, source: MemoryDescriptor, second: MemoryDescriptor,
        destination: MemoryDescriptor
    ) throws(OneDNNError) -> Primitive {
        let attributes = try PrimitiveAttributes()
        return try unsafe Primitive("\(function.name) of \(source.dimensions)") {
            unsafe dnnl_binary_primitive_desc_create(
                $0, engine.handle, function.algorithm, source.handle, second.handle, destination.handle,
                attributes.handle)
        }
    }

    /// The sums along the axes where the destination has an extent of 1.
    package static func sum(
        _ engine: Engine, source: MemoryDescriptor, destination: MemoryDescriptor
    ) throws(OneDNNError) -> Primitive {
        let attributes = try PrimitiveAttributes()
        return try unsafe Primitive("a sum of \(source.dimensions) to \(destination.dimensions)") {
            unsafe dnnl_reduction_primitive_desc_create(
                $0, engine.handle, dnnl_reduction_sum, source.handle, destination.handle, 0, 0,
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
