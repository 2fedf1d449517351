internal import GraftFiles
internal import GraftTensors

/// A run of elements that a PyTorch file holds outside of its pickle, by its key.
struct StorageReference: Sendable, Hashable {
    /// What the file calls it.
    let key: String
    /// The type of its elements; `nil` where it is a run of bytes.
    let elementType: ElementType?
    /// The number of elements, or of bytes where they have no type.
    let count: Int

    /// The number of bytes; `nil` where it overflows.
    var byteCount: Int? {
        count < 0 ? nil : count.multiplied(checked: elementType?.byteCount ?? 1)
    }
}

/// A tensor as PyTorch describes it: a strided view of a storage.
struct StorageView: Sendable {
    let storage: StorageReference
    let elementType: ElementType
    /// The index of the first element in the storage, as if that had elements of the view's type.
    let offset: Int
    let shape: Shape
    /// The distance between neighbours along each axis, in elements.
    let strides: [Int]

    /// A view, with what is wrong with it instead where its numbers cannot be.
    init(
        storage: StorageReference, elementType: ElementType, offset: Int, sizes: [Int], strides: [Int]
    ) throws(Impossible) {
        guard let shape = Shape(ofFile: sizes, elementType) else {
            throw Impossible(found: "has the impossible shape \(sizes)")
        }
        guard sizes.count == strides.count else {
            throw Impossible(found: "has \(sizes.count) axes but \(strides.count) strides")
        }
        guard offset >= 0, strides.allSatisfy({ $0 >= 0 }) else {
            throw Impossible(found: "has a negative stride or offset")
        }
        guard let byteCount = storage.byteCount else {
            throw Impossible(found: "has a storage of \(storage.count) elements")
        }
        self.storage = storage
        self.elementType = elementType
        self.offset = offset
        self.shape = shape
        self.strides = strides
        let available = byteCount / elementType.byteCount
        guard let end = StorageView.end(shape, strides, offset), end <= available else {
            throw Impossible(found: "reaches beyond its storage of \(available) elements")
        }
    }

    /// Why a view cannot be, worded to follow its name.
    struct Impossible: Error {
        let found: String
    }

    /// Whether the elements lie in row-major order without gaps.
    var isContiguous: Bool {
        if shape.elementCount == 0 { return true }
        var expected = 1
        for (size, stride) in zip(shape.dimensions, strides).reversed() where size != 1 {
            guard stride == expected else { return false }
            expected *= size
        }
        return true
    }

    /// One past the last element that is touched; `nil` where it overflows.
    private static func end(_ shape: Shape, _ strides: [Int], _ offset: Int) -> Int? {
        guard shape.elementCount > 0 else { return offset }
        var last = offset
        for (size, stride) in zip(shape.dimensions, strides) {
            guard let reach = (size - 1).multiplied(checked: stride), let sum = last.adding(checked: reach)
            else { return nil }
            last = sum
        }
        return last.adding(checked: 1)
    }

    /// The elements in row-major order, copied out of the storage's bytes.
    func gathered(from storage: UnsafeRawBufferPointer) -> Tensor {
        var tensor = Tensor(zeros: shape, elementType: elementType)
        guard shape.elementCount > 0 else { return tensor }
        unsafe tensor.withUnsafeMutableBytes { target in
            switch elementType.byteCount {
            case 1: unsafe gather(UInt8.self, from: storage, into: target)
            case 2: unsafe gather(UInt16.self, from: storage, into: target)
            case 4: unsafe gather(UInt32.self, from: storage, into: target)
            default: unsafe gather(UInt64.self, from: storage, into: target)
            }
        }
        return tensor
    }

    /// The axes that matter to a walk over all elements, outermost first: those of one element are dropped,
    /// and neighbours that can be walked as one are joined.
    private var walk: (sizes: [Int], strides: [Int]) {
        var sizes: [Int] = []
        var steps: [Int] = []
        for (size, stride) in zip(shape.dimensions, strides) where size != 1 {
            if let last = steps.last, last == stride * size {
                sizes[sizes.count - 1] *= size
                steps[steps.count - 1] = stride
            } else {
                sizes.append(size)
                steps.append(stride)
            }
        }
        return (sizes, steps)
    }

    /// Copies elements as units of their size. The innermost axis is a loop of its own; the others are
    /// counted like the wheels of an odometer.
    private func gather<Unit: FixedWidthInteger & BitwiseCopyable>(
        _: Unit.Type, from storage: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer
    ) {
        let width = MemoryLayout<Unit>.size
        let target = unsafe target.assumingMemoryBound(to: Unit.self)
        let (sizes, strides) = walk
        let inner = sizes.last ?? 1
        let innerStep = (strides.last ?? 0) * width
        var wheels = [Int](repeating: 0, count: max(sizes.count - 1, 0))
        var source = offset * width
        var written = 0
        while written < target.count {
            var place = source
            for index in written..<(written + inner) {
                unsafe target[index] = storage.loadUnaligned(fromByteOffset: place, as: Unit.self)
                place += innerStep
            }
            written += inner
            for axis in wheels.indices.reversed() {
                wheels[axis] += 1
                source += strides[axis] * width
                if wheels[axis] < sizes[axis] { break }
                source -= strides[axis] * sizes[axis] * width
                wheels[axis] = 0
            }
        }
    }
}
