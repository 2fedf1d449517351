internal import GraftCOneDNN
package import GraftTensors

/// The logical extents, element type and physical layout of some memory.
@safe package final class MemoryDescriptor: Sendable {
    /// How elements are laid out.
    package enum Layout: Sendable, Hashable {
        /// The primitive chooses.
        case any
        /// The order of the extents, without gaps.
        case rowMajor
        /// Logical [N, C, H, W] stored as N, H, W, C.
        case channelsLast
        /// Logical [N, C, H, W] stored as N, C / 8, H, W, 8: eight channels of a place beside each other.
        case channelsInEights
    }

    nonisolated(unsafe) let handle: OpaquePointer
    /// The logical extents, outermost first.
    package let dimensions: [Int]
    package let elementType: ElementType

    /// Memory of these extents, in oneDNN's logical order ([N, C, H, W] for feature maps).
    package init(_ dimensions: [Int], _ elementType: ElementType, _ layout: Layout) throws(OneDNNError) {
        self.dimensions = dimensions
        self.elementType = elementType
        let type = try elementType.dataType
        let action = "describe \(elementType) memory of extents \(dimensions)"
        let extents = dimensions.map(Int64.init)
        switch layout {
        case .any:
            unsafe handle = try makeHandle(action) {
                unsafe dnnl_memory_desc_create_with_tag(
                    $0, Int32(extents.count), extents, type, dnnl_format_tag_any)
            }
        case .channelsInEights:
            unsafe handle = try makeHandle(action) {
                unsafe dnnl_memory_desc_create_with_tag(
                    $0, Int32(extents.count), extents, type, dnnl_aBcd8b)
            }
        case .rowMajor, .channelsLast:
            // Order of the axes from the outermost in memory.
            let order =
                layout == .rowMajor ? Array(extents.indices) : [0] + Array(2..<extents.count) + [1]
            var strides = [Int64](repeating: 1, count: extents.count)
            var step: Int64 = 1
            for axis in order.reversed() {
                strides[axis] = step
                step *= max(extents[axis], 1)
            }
            unsafe handle = try makeHandle(action) {
                unsafe dnnl_memory_desc_create_with_strides($0, Int32(extents.count), extents, type, strides)
            }
        }
    }

    /// A copy of a descriptor that a primitive owns.
    init(copying source: OpaquePointer, elementType: ElementType) throws(OneDNNError) {
        unsafe handle = try makeHandle("copy a memory descriptor") {
            unsafe dnnl_memory_desc_clone($0, source)
        }
        self.elementType = elementType
        var rank: Int32 = 0
        unsafe dnnl_memory_desc_query(source, dnnl_query_ndims_s32, &rank)
        var extents: UnsafePointer<Int64>?
        unsafe dnnl_memory_desc_query(source, dnnl_query_dims, &extents)
        var dimensions: [Int] = []
        if let extents = unsafe extents {
            dimensions = (0..<Int(rank)).map { unsafe Int(extents[$0]) }
        }
        self.dimensions = dimensions
    }

    /// Part of the memory that `whole` describes: from `offsets` on, of these extents.
    package init(partOf whole: MemoryDescriptor, dimensions: [Int], offsets: [Int]) throws(OneDNNError) {
        self.dimensions = dimensions
        elementType = whole.elementType
        unsafe handle = try makeHandle("describe a part of memory of extents \(whole.dimensions)") {
            unsafe dnnl_memory_desc_create_submemory(
                $0, whole.handle, dimensions.map(Int64.init), offsets.map(Int64.init))
        }
    }

    deinit { unsafe dnnl_memory_desc_destroy(handle) }

    /// The size of the memory in bytes, gaps included.
    package var byteCount: Int { unsafe dnnl_memory_desc_get_size(handle) }
}

extension MemoryDescriptor: Equatable {
    package static func == (left: MemoryDescriptor, right: MemoryDescriptor) -> Bool {
        unsafe dnnl_memory_desc_equal(left.handle, right.handle) != 0
    }
}

extension ElementType {
    var dataType: dnnl_data_type_t {
        get throws(OneDNNError) {
            switch self {
            case .float64: dnnl_f64
            case .float32: dnnl_f32
            case .float16: dnnl_f16
            case .bfloat16: dnnl_bf16
            case .int32: dnnl_s32
            case .int8: dnnl_s8
            case .uint8: dnnl_u8
            case .int64, .int16, .bool:
                throw OneDNNError(dnnl_unimplemented, doing: "describe \(self) memory")
            }
        }
    }
}
