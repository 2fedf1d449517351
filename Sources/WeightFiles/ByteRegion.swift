internal import GraftFiles
internal import GraftTensors

/// Bytes at known places: a part of a mapped file, or memory that an archive's entry was unpacked into.
struct ByteRegion: Sendable {
    private enum Source {
        case file(MappedFile, start: Int)
        case memory([UInt8])
    }

    /// What errors are about: the file's path, or the path and an entry in it.
    let subject: String
    /// The number of bytes.
    let count: Int
    private let source: Source

    /// A whole file, or the part of it that `range` says.
    ///
    /// - Precondition: the range lies within the file.
    init(_ file: MappedFile, _ range: Range<Int>? = nil, subject: String? = nil) {
        let range = range ?? 0..<file.count
        precondition(range.lowerBound >= 0 && range.upperBound <= file.count, "outside of \(file.path)")
        self.subject = subject ?? file.path
        count = range.count
        source = .file(file, start: range.lowerBound)
    }

    /// Bytes that were unpacked from a file.
    init(_ bytes: [UInt8], subject: String) {
        self.subject = subject
        count = bytes.count
        source = .memory(bytes)
    }

    /// Whether tensors can be parts of the mapped file; otherwise each is a copy.
    var isMapped: Bool { if case .file = source { true } else { false } }

    /// Hands out some of the bytes for the time of the call.
    ///
    /// - Precondition: the range lies within the region.
    func withBytes<Result>(_ range: Range<Int>, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "outside of \(subject)")
        switch source {
        case .file(let file, let start):
            let place = (start + range.lowerBound)..<(start + range.upperBound)
            return unsafe file.withBytes { unsafe body(UnsafeRawBufferPointer(rebasing: $0[place])) }
        case .memory(let bytes):
            return unsafe bytes.withUnsafeBytes { unsafe body(UnsafeRawBufferPointer(rebasing: $0[range])) }
        }
    }

    /// A copy of some of the bytes.
    ///
    /// - Precondition: the range lies within the region.
    func bytes(_ range: Range<Int>) -> [UInt8] { unsafe withBytes(range) { unsafe Array($0) } }

    /// The tensor whose bytes start at `offset`: a part of the mapped file, or a copy of the memory.
    ///
    /// - Precondition: its bytes lie within the region.
    func tensor(at offset: Int, shape: Shape, elementType: ElementType) -> Tensor {
        switch source {
        case .file(let file, let start):
            return Tensor(file, offset: start + offset, shape: shape, elementType: elementType)
        case .memory:
            let range = offset..<(offset + shape.elementCount * elementType.byteCount)
            return unsafe withBytes(range) {
                unsafe Tensor(bytes: $0, shape: shape, elementType: elementType)
            }
        }
    }
}

extension Tensor {
    /// The tensor with the bytes of each element in reverse order, as a machine of the other kind wrote them.
    func byteSwapped() -> Tensor {
        let width = elementType.byteCount
        guard width > 1 else { return self }
        var swapped = self
        unsafe swapped.withUnsafeMutableBytes { bytes in
            for start in stride(from: 0, to: bytes.count, by: width) {
                for index in 0..<(width / 2) {
                    unsafe bytes.swapAt(start + index, start + width - 1 - index)
                }
            }
        }
        return swapped
    }
}
