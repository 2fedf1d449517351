package import GraftFiles

/// A multidimensional array of numbers: a value, row-major, without gaps.
///
/// A copy shares its bytes until one of the two is changed. A tensor read from a weight file may be part of
/// the mapped file; its pages are read when its elements are.
package struct Tensor: Sendable {
    /// The extents, outermost first.
    package let shape: Shape
    /// The type of the elements.
    package let elementType: ElementType
    private var storage: TensorStorage

    /// A tensor of zeros.
    package init(zeros shape: Shape, elementType: ElementType = .float32) {
        self.shape = shape
        self.elementType = elementType
        unsafe storage = TensorStorage(byteCount: shape.elementCount * elementType.byteCount) {
            unsafe $0.initializeMemory(as: UInt8.self, repeating: 0)
        }
    }

    /// A `float32` tensor whose elements `fill` sets, all of them.
    package init(shape: Shape, fill: (UnsafeMutableBufferPointer<Float>) -> Void) {
        self.shape = shape
        elementType = .float32
        unsafe storage = TensorStorage(byteCount: shape.elementCount * ElementType.float32.byteCount) {
            unsafe fill($0.bindMemory(to: Float.self))
        }
    }

    /// A tensor of `Float`s in row-major order.
    ///
    /// - Precondition: there are as many values as the shape has elements.
    package init(_ values: [Float], shape: Shape) {
        precondition(values.count == shape.elementCount, "\(values.count) values for shape \(shape)")
        unsafe self.init(shape: shape) { target in
            _ = unsafe target.initialize(fromContentsOf: values)
        }
    }

    /// A tensor from its bytes, native-endian and row-major.
    ///
    /// - Precondition: there are as many bytes as the shape and element type need.
    package init(bytes: UnsafeRawBufferPointer, shape: Shape, elementType: ElementType) {
        self.init(zeros: shape, elementType: elementType)
        unsafe withUnsafeMutableBytes { target in
            precondition(bytes.count == target.count, "the bytes do not fit shape \(shape)")
            unsafe target.copyMemory(from: bytes)
        }
    }

    /// A tensor whose bytes are the part of `file` that starts at `offset`; nothing is copied.
    ///
    /// - Precondition: that part lies within the file. The offset need not be aligned to the element's size.
    package init(_ file: MappedFile, offset: Int, shape: Shape, elementType: ElementType) {
        let range = offset..<(offset + shape.elementCount * elementType.byteCount)
        precondition(offset >= 0 && range.upperBound <= file.count, "outside of \(file.path)")
        self.shape = shape
        self.elementType = elementType
        storage = TensorStorage(file, range: range)
    }

    /// The number of elements.
    package var elementCount: Int { shape.elementCount }

    /// The number of bytes of all elements.
    package var byteCount: Int { elementCount * elementType.byteCount }

    /// Hands out the bytes, row-major and native-endian, for the time of the call.
    package func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe body(UnsafeRawBufferPointer(rebasing: storage.bytes[..<byteCount]))
    }

    /// Hands out the bytes to be changed; they are copied first where they are shared or mapped.
    package mutating func withUnsafeMutableBytes<Result, Failure: Error>(
        _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        if !isKnownUniquelyReferenced(&storage) || !storage.isWritable {
            storage = unsafe withUnsafeBytes { source in
                unsafe TensorStorage(byteCount: byteCount) { unsafe $0.copyMemory(from: source) }
            }
        }
        return try unsafe body(UnsafeMutableRawBufferPointer(rebasing: storage.bytes[..<byteCount]))
    }

    /// The mapped file that the elements are part of; `nil` where they have memory of their own.
    package var file: MappedFile? { storage.file }

    /// Tells the system that these elements will not be read again soon, where they are part of a mapped
    /// file: its pages leave memory.
    package func releasePages(elements: Range<Int>) {
        let size = elementType.byteCount
        storage.releasePages(elements.lowerBound * size..<elements.upperBound * size)
    }

    /// The elements as `Float`s in row-major order, converted from any element type; false is 0 and true is
    /// 1.
    package var floats: [Float] {
        unsafe withUnsafeBytes { bytes in
            func read<Element: BitwiseCopyable>(
                _: Element.Type, _ convert: (Element) -> Float
            ) -> [Float] {
                (0..<elementCount).map { index in
                    unsafe convert(
                        bytes.loadUnaligned(
                            fromByteOffset: index * MemoryLayout<Element>.size, as: Element.self))
                }
            }
            return switch elementType {
            case .float32:
                unsafe [Float](unsafeUninitializedCapacity: elementCount) { target, count in
                    unsafe UnsafeMutableRawBufferPointer(target).copyMemory(from: bytes)
                    count = elementCount
                }
            case .float64: read(Double.self) { Float($0) }
            case .float16: read(UInt16.self, Tensor.float(fromHalf:))
            case .bfloat16: read(UInt16.self) { BFloat16(bitPattern: $0).floatValue }
            case .int64: read(Int64.self) { Float($0) }
            case .int32: read(Int32.self) { Float($0) }
            case .int16: read(Int16.self) { Float($0) }
            case .int8: read(Int8.self) { Float($0) }
            case .uint8: read(UInt8.self) { Float($0) }
            case .bool: read(UInt8.self) { $0 == 0 ? 0 : 1 }
            }
        }
    }

    /// The same elements as `float32`; the tensor itself where it is that already.
    package func convertedToFloat32() -> Tensor {
        elementType == .float32 ? self : Tensor(floats, shape: shape)
    }

    /// The same bytes under another shape.
    ///
    /// - Precondition: both shapes have the same number of elements.
    package func reshaped(to shape: Shape) -> Tensor {
        precondition(shape.elementCount == elementCount, "\(self.shape) cannot become \(shape)")
        return Tensor(shape: shape, elementType: elementType, storage: storage)
    }

    private init(shape: Shape, elementType: ElementType, storage: TensorStorage) {
        self.shape = shape
        self.elementType = elementType
        self.storage = storage
    }

    /// IEEE 754 binary16, widened by integer arithmetic since `Float16` is not available everywhere.
    private static func float(fromHalf bits: UInt16) -> Float {
        let sign = UInt32(bits & 0x8000) << 16
        let exponent = UInt32(bits >> 10) & 0x1f
        let fraction = UInt32(bits & 0x3ff)
        switch exponent {
        case 0: return Float(fraction) * 0x1p-24 * (sign == 0 ? 1 : -1)
        case 31: return Float(bitPattern: sign | 0x7f80_0000 | fraction << 13)
        default: return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
        }
    }
}

extension Tensor: Equatable {
    /// Whether shape, element type and all bytes are the same.
    package static func == (left: Tensor, right: Tensor) -> Bool {
        guard left.shape == right.shape, left.elementType == right.elementType else { return false }
        return unsafe left.withUnsafeBytes { first in
            unsafe right.withUnsafeBytes { unsafe first.elementsEqual($0) }
        }
    }
}
