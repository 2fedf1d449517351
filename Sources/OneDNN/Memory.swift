internal import GraftCOneDNN
internal import GraftFiles

/// A descriptor together with an address: what primitives read and write.
@safe package final class Memory {
    let handle: OpaquePointer
    /// The extents, element type and layout.
    package let descriptor: MemoryDescriptor
    private let engine: Engine
    private let owned: UnsafeMutableRawPointer?

    /// Memory at an address that outlives this object.
    package init(
        _ descriptor: MemoryDescriptor, engine: Engine, at address: UnsafeMutableRawPointer
    ) throws(OneDNNError) {
        self.descriptor = descriptor
        self.engine = engine
        unsafe owned = nil
        unsafe handle = try Memory.makeHandle(descriptor, engine, address)
    }

    /// Memory of its own, on a 64-byte boundary; its content is zero.
    package init(_ descriptor: MemoryDescriptor, engine: Engine) throws(OneDNNError) {
        self.descriptor = descriptor
        self.engine = engine
        let size = max(descriptor.byteCount, 1)
        guard let address = unsafe AlignedMemory.allocate(byteCount: size) else {
            throw OneDNNError(dnnl_out_of_memory, doing: "take \(size) bytes of memory")
        }
        unsafe address.initializeMemory(as: UInt8.self, repeating: 0, count: size)
        unsafe owned = address
        do throws(OneDNNError) {
            unsafe handle = try Memory.makeHandle(descriptor, engine, address)
        } catch {
            unsafe AlignedMemory.free(address)
            throw error
        }
    }

    deinit {
        unsafe dnnl_memory_destroy(handle)
        if let owned = unsafe owned { unsafe AlignedMemory.free(owned) }
    }

    private static func makeHandle(
        _ descriptor: MemoryDescriptor, _ engine: Engine, _ address: UnsafeMutableRawPointer
    ) throws(OneDNNError) -> OpaquePointer {
        try unsafe GraftOneDNN.makeHandle("make memory") {
            unsafe dnnl_memory_create($0, descriptor.handle, engine.handle, address)
        }
    }

    /// Hands out the bytes for the time of the call.
    package func withBytes<Result, Failure: Error>(
        _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        var address: UnsafeMutableRawPointer?
        unsafe dnnl_memory_get_data_handle(handle, &address)
        return try unsafe body(UnsafeMutableRawBufferPointer(start: address, count: descriptor.byteCount))
    }
}
