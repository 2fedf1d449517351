internal import GraftFiles
internal import GraftTensors

/// What is done to the bytes of each chunk of a dataset.
enum HDF5Filter: Equatable {
    /// zlib's compression.
    case deflate
    /// The first bytes of all elements, then the second bytes, and so on.
    case shuffle(width: Int)
    /// Four bytes of checksum at the end.
    case checksum

    /// Reads a message that lists filters, in the order in which they were applied; without one there are
    /// none.
    static func read(_ message: HDF5Cursor?, _ subject: String) throws(WeightFileError) -> [HDF5Filter] {
        guard var cursor = message else { return [] }
        let version = try cursor.integer(1)
        guard version == 1 || version == 2 else {
            throw cursor.damaged("lists filters in version \(version)")
        }
        let count = try cursor.integer(1)
        if version == 1 { try cursor.advance(by: 6) }
        var filters: [HDF5Filter] = []
        for _ in 0..<count {
            let number = try cursor.integer(2)
            let nameLength = version == 1 || number >= 256 ? try cursor.integer(2) : 0
            try cursor.advance(by: 2)
            let valueCount = try cursor.integer(2)
            try cursor.advance(by: nameLength)
            var values: [Int] = []
            for _ in 0..<valueCount { values.append(try cursor.integer(4)) }
            if version == 1, !valueCount.isMultiple(of: 2) { try cursor.advance(by: 4) }
            switch number {
            case 1: filters.append(.deflate)
            case 2:
                guard let width = values.first, width > 0 else { throw cursor.damaged("shuffles nothing") }
                filters.append(.shuffle(width: width))
            case 3: filters.append(.checksum)
            default: throw .unsupportedHDF5(subject, "chunks packed by filter \(number)")
            }
        }
        return filters
    }

    /// The bytes as they were before, at most `limit`; `nil` where they cannot be.
    func undone(_ bytes: [UInt8], limit: Int) -> [UInt8]? {
        switch self {
        case .deflate: return Zlib.decompress(bytes, limit: limit)
        case .checksum: return bytes.count >= 4 ? Array(bytes.dropLast(4)) : nil
        case .shuffle(let width):
            // What does not make a whole element stays at the end as it is.
            let count = bytes.count / width
            guard width > 1, count > 1 else { return bytes }
            var result = bytes
            for element in 0..<count {
                for byte in 0..<width { result[element * width + byte] = bytes[byte * count + element] }
            }
            return result
        }
    }
}

/// The chunks of one dataset.
struct HDF5Chunks {
    let file: HDF5File
    let subject: String
    let shape: Shape
    let elementType: ElementType
    /// The extents of a chunk.
    let chunk: [Int]
    let filters: [HDF5Filter]

    /// All elements, in memory of their own.
    func read(_ tree: Int) throws(WeightFileError) -> Tensor {
        guard let chunkShape = Shape(ofFile: chunk, elementType) else {
            throw .damaged(subject, "has chunks of the impossible shape \(chunk)")
        }
        let byteCount = chunkShape.elementCount * elementType.byteCount
        // A scalar has no chunks, and no chunk is empty.
        let expected = zip(shape.dimensions, chunk).reduce(1) { $0 * (($1.0 - 1) / $1.1 + 1) }
        // A key: the stored size, which filters were left out, and the chunk's first element.
        let keyLength = 8 + 8 * (chunk.count + 1)
        let leaves = try HDF5Tree.leaves(of: tree, file, type: 1, keyLength: keyLength)
        guard leaves.count == expected else {
            throw .damaged(subject, "has \(leaves.count) chunks", expected: "\(expected) to cover its shape")
        }
        var tensor = Tensor(zeros: shape, elementType: elementType)
        var seen: Set<[Int]> = []
        for leaf in leaves {
            try file.step()
            var key = leaf.key
            let stored = try key.integer(4)
            let leftOut = try key.integer(4)
            var origin: [Int] = []
            for _ in chunk { origin.append(try key.integer(8)) }
            guard zip(origin, zip(shape.dimensions, chunk)).allSatisfy({ $0 < $1.0 && $0 % $1.1 == 0 }),
                seen.insert(origin).inserted, stored <= file.region.count - leaf.place
            else { throw .damaged(subject, "has a chunk that is out of place, at \(origin)") }
            // Compression makes nothing much longer; many chunks may share the same bytes.
            guard stored / 2 <= byteCount + 512 else {
                throw .damaged(
                    subject, "has a chunk stored in \(stored) bytes", expected: "about \(byteCount)")
            }
            try file.budget.take(byteCount, for: subject)
            let packed = file.region.bytes(leaf.place..<(leaf.place + stored))
            let bytes = try unpacked(packed, leftOut, byteCount)
            place(bytes, at: origin, in: &tensor)
        }
        return tensor
    }

    private func unpacked(
        _ packed: [UInt8], _ leftOut: Int, _ byteCount: Int
    ) throws(WeightFileError) -> [UInt8] {
        var bytes = packed
        for (number, filter) in filters.enumerated().reversed()
        where number >= 32 || leftOut >> number & 1 == 0 {
            // A checksum may come before the compression.
            guard let undone = filter.undone(bytes, limit: byteCount + 4 * filters.count) else {
                throw .damaged(subject, "has a chunk that cannot be unpacked")
            }
            bytes = undone
        }
        guard bytes.count == byteCount else {
            throw .damaged(subject, "has a chunk of \(bytes.count) bytes", expected: "\(byteCount)")
        }
        return bytes
    }

    /// Copies the part of a chunk that lies within the shape, one row of the innermost axis after another.
    private func place(_ bytes: [UInt8], at origin: [Int], in tensor: inout Tensor) {
        let width = elementType.byteCount
        let rank = chunk.count
        let used = (0..<rank).map { min(chunk[$0], shape[$0] - origin[$0]) }
        let rowLength = (used.last ?? 1) * width
        var wheels = [Int](repeating: 0, count: max(rank - 1, 0))
        unsafe tensor.withUnsafeMutableBytes { target in
            unsafe bytes.withUnsafeBytes { source in
                rows: while true {
                    var from = 0
                    var to = 0
                    for axis in 0..<rank {
                        let index = axis < wheels.count ? wheels[axis] : 0
                        from = from * chunk[axis] + index
                        to = to * shape[axis] + origin[axis] + index
                    }
                    unsafe target[(to * width)..<(to * width + rowLength)].copyBytes(
                        from: source[(from * width)..<(from * width + rowLength)])
                    var axis = wheels.count - 1
                    while true {
                        guard axis >= 0 else { break rows }
                        wheels[axis] += 1
                        if wheels[axis] < used[axis] { break }
                        wheels[axis] = 0
                        axis -= 1
                    }
                }
            }
        }
    }
}
