internal import GraftCOneDNN
package import GraftTensors

/// The part that some memory plays for a primitive.
package enum Argument: Sendable, Hashable {
    case source, secondSource, weights, bias, destination, scratchpad
    case sourceGradient, weightsGradient, biasGradient, destinationGradient
    /// What a forward primitive leaves for its backward one.
    case workspace
    case mean, variance, scale, shift, scaleGradient, shiftGradient
    /// What a reorder multiplies its source by.
    case sourceScales
    /// What a convolution multiplies its sums by, for each of its weights' output channels.
    case weightsScales
    /// The source at this position of a concatenation.
    case sources(Int)
    /// The second operand of the post-operation at this position.
    case postOperation(Int)

    var code: Int32 {
        switch self {
        case .source: DNNL_ARG_SRC_0
        case .secondSource: DNNL_ARG_SRC_1
        case .weights: DNNL_ARG_WEIGHTS_0
        case .bias: DNNL_ARG_BIAS
        case .destination: DNNL_ARG_DST_0
        case .scratchpad: DNNL_ARG_SCRATCHPAD
        case .sourceGradient: DNNL_ARG_DIFF_SRC_0
        case .weightsGradient: DNNL_ARG_DIFF_WEIGHTS_0
        case .biasGradient: DNNL_ARG_DIFF_BIAS
        case .destinationGradient: DNNL_ARG_DIFF_DST_0
        case .workspace: DNNL_ARG_WORKSPACE
        case .mean: DNNL_ARG_MEAN
        case .variance: DNNL_ARG_VARIANCE
        case .scale: DNNL_ARG_SCALE
        case .shift: DNNL_ARG_SHIFT
        case .scaleGradient: DNNL_ARG_DIFF_SCALE
        case .shiftGradient: DNNL_ARG_DIFF_SHIFT
        case .sourceScales: DNNL_ARG_ATTR_SCALES | DNNL_ARG_SRC_0
        case .weightsScales: DNNL_ARG_ATTR_SCALES | DNNL_ARG_WEIGHTS_0
        case .sources(let position): DNNL_ARG_MULTIPLE_SRC + Int32(position)
        case .postOperation(let position):
            DNNL_ARG_ATTR_MULTIPLE_POST_OP_BASE * (Int32(position) + 1) | DNNL_ARG_SRC_1
        }
    }
}

/// An operation that oneDNN has compiled for certain descriptors, this processor and a number of threads.
///
/// It is immutable: several threads may run it at once, each with memory and a scratchpad of its own, if each
/// has set the number of threads it was made with (``Threads/setCountForCallingThread(_:)``).
@safe package final class Primitive: Sendable {
    private nonisolated(unsafe) let handle: OpaquePointer
    // What the primitive was made from; a backward primitive takes its forward one as a hint.
    nonisolated(unsafe) let hint: OpaquePointer
    /// What was asked for, for error messages.
    private let action: String

    init(
        _ action: String, avoiding slow: String? = nil,
        _ describe: (UnsafeMutablePointer<OpaquePointer?>) -> dnnl_status_t
    ) throws(OneDNNError) {
        self.action = action
        var made = try unsafe makeHandle("plan \(action)", describe)
        if let slow, !(unsafe Primitive.skip(slow, made)) {
            unsafe dnnl_primitive_desc_destroy(made)
            unsafe made = try makeHandle("plan \(action)", describe)
        }
        do throws(OneDNNError) {
            unsafe handle = try makeHandle("compile \(action)") { unsafe dnnl_primitive_create($0, made) }
        } catch {
            unsafe dnnl_primitive_desc_destroy(made)
            throw error
        }
        unsafe hint = made
    }

    deinit {
        unsafe dnnl_primitive_destroy(handle)
        unsafe dnnl_primitive_desc_destroy(hint)
    }

    /// Whether oneDNN has no fast code for it and takes its reference, which is slower by far.
    package var isReference: Bool { unsafe Primitive.implementation(hint).hasPrefix("ref") }

    private static func implementation(_ made: OpaquePointer) -> String {
        var name: UnsafePointer<CChar>?
        unsafe dnnl_primitive_desc_query(made, dnnl_query_impl_info_str, 0, &name)
        return unsafe name.map { unsafe String(cString: $0) } ?? "ref"
    }

    /// Moves a description on to the next implementation while its name contains `slow`; false where there is
    /// no other but the reference.
    private static func skip(_ slow: String, _ made: OpaquePointer) -> Bool {
        while true {
            let name = unsafe implementation(made)
            if !name.contains(slow) { return !name.hasPrefix("ref") }
            guard unsafe dnnl_primitive_desc_next_impl(made) == dnnl_success else { return false }
        }
    }

    /// The descriptor of one of its arguments.
    ///
    /// - Parameter elementType: the type the argument is known to have.
    package func descriptor(
        of argument: Argument, _ elementType: ElementType
    ) throws(OneDNNError) -> MemoryDescriptor {
        let found = unsafe dnnl_primitive_desc_query_md(hint, dnnl_query_exec_arg_md, argument.code)
        guard let found = unsafe found else {
            throw OneDNNError(dnnl_invalid_arguments, doing: "describe an argument of \(action)")
        }
        return try unsafe MemoryDescriptor(copying: found, elementType: elementType)
    }

    /// The bytes that a forward primitive of training leaves for its backward one; 0 where it leaves none.
    package var workspaceByteCount: Int {
        guard let found = unsafe dnnl_primitive_desc_query_md(hint, dnnl_query_workspace_md, 0) else {
            return 0
        }
        return unsafe dnnl_memory_desc_get_size(found)
    }

    /// The number of scratchpad bytes that it needs.
    package var scratchpadByteCount: Int {
        guard let found = unsafe dnnl_primitive_desc_query_md(hint, dnnl_query_scratchpad_md, 0) else {
            return 0
        }
        return unsafe dnnl_memory_desc_get_size(found)
    }

    fileprivate func execute(_ stream: Stream, _ arguments: [dnnl_exec_arg_t]) throws(OneDNNError) {
        let status = unsafe arguments.withUnsafeBufferPointer { list in
            unsafe dnnl_primitive_execute(handle, stream.handle, Int32(list.count), list.baseAddress)
        }
        try check(status, "run \(action)")
    }
}

/// A primitive together with the memory it works on, ready to run again and again.
@safe package final class PrimitiveCall {
    private let primitive: Primitive
    private let arguments: [dnnl_exec_arg_t]
    // Keeps the memory alive that `arguments` points to.
    private let memories: [Memory]

    /// Binds memory to a primitive's arguments.
    package init(_ primitive: Primitive, _ memories: [(argument: Argument, memory: Memory)]) {
        self.primitive = primitive
        self.memories = memories.map(\.memory)
        unsafe arguments = memories.map {
            unsafe dnnl_exec_arg_t(arg: $0.argument.code, memory: $0.memory.handle)
        }
    }

    /// Runs it.
    package func run(on stream: Stream) throws(OneDNNError) {
        try unsafe primitive.execute(stream, arguments)
    }
}
