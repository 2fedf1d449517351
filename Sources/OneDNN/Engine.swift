internal import GraftCOneDNN

/// The processor as oneDNN sees it.
@safe package final class Engine: Sendable {
    nonisolated(unsafe) let handle: OpaquePointer

    /// The CPU's engine.
    package init() throws(OneDNNError) {
        unsafe handle = try makeHandle("find the CPU") { unsafe dnnl_engine_create($0, dnnl_cpu, 0) }
    }

    deinit { unsafe dnnl_engine_destroy(handle) }

    /// Whether oneDNN may use these instructions of x86-64; on other processors its numbers for them mean others.
    private static func has(_ isa: dnnl_cpu_isa_t) -> Bool {
        #if arch(x86_64)
            dnnl_get_effective_cpu_isa().rawValue & isa.rawValue == isa.rawValue
        #else
            false
        #endif
    }

    /// Whether the processor multiplies bfloat16 numbers natively (AVX512-BF16 or AMX).
    package static var hasBFloat16: Bool { has(dnnl_cpu_isa_avx512_core_bf16) }

    /// Whether bfloat16 numbers can be computed with at all: with AVX-512 they can, if slowly.
    package static var canEmulateBFloat16: Bool { has(dnnl_cpu_isa_avx512_core) }

    /// Whether the processor multiplies eight-bit numbers and adds them up in 32 bits (VNNI or AMX).
    package static var hasVNNI: Bool { has(dnnl_cpu_isa_avx512_core_vnni) || has(dnnl_cpu_isa_avx2_vnni) }

    /// Whether the processor multiplies eight-bit numbers many at a time (AVX2 or more).
    ///
    /// Without VNNI the sums of two products stay in 16 bits, and saturate where weights have more than seven.
    package static var hasInt8: Bool { has(dnnl_cpu_isa_avx2) }

    /// Whether convolutions of single channels in f32, and those around them, are quicker where eight channels of a
    /// place stand beside each other: so it is with AVX2, and not with AVX-512.
    package static var prefersChannelsInEights: Bool { has(dnnl_cpu_isa_avx2) && !canEmulateBFloat16 }

    /// oneDNN's version, as in "3.2.0".
    package static var version: String {
        guard let version = unsafe dnnl_version()?.pointee else { return "unknown" }
        return unsafe "\(version.major).\(version.minor).\(version.patch)"
    }
}

/// A queue that runs primitives in order. One thread at a time may use it.
@safe package final class Stream {
    let handle: OpaquePointer
    private let engine: Engine

    /// A queue on `engine`.
    package init(_ engine: Engine) throws(OneDNNError) {
        self.engine = engine
        let target = unsafe engine.handle
        unsafe handle = try makeHandle("make a stream") {
            unsafe dnnl_stream_create($0, target, dnnl_stream_default_flags.rawValue)
        }
    }

    deinit { unsafe dnnl_stream_destroy(handle) }

    /// Waits until all that was submitted has run.
    package func wait() throws(OneDNNError) {
        try check(unsafe dnnl_stream_wait(handle), "finish its work")
    }
}
