/// Learned numbers as they stand in a file.
@safe struct StoredTensor {
    private enum Kind {
        case float32, float16
        /// Whole numbers after one factor for each element of the first axis.
        case scaledInt8, scaledInt16
    }

    private let kind: Kind
    /// The extents; those of axes that are not there are 1.
    let shape: (Int, Int, Int, Int)
    /// How many axes there are.
    let rank: Int
    private let data: UnsafeRawPointer

    /// The number of elements.
    var count: Int { shape.0 * shape.1 * shape.2 * shape.3 }

    /// Reads an entry of the table.
    init(_ words: inout WordReader, file: UnsafeRawPointer) throws(Flaw) {
        let kinds: [Kind] = [.float32, .float16, .scaledInt8, .scaledInt16]
        kind = kinds[try words.integer(0...3)]
        rank = try words.integer(1...4)
        shape = (
            try words.integer(1...Extent.most), try words.integer(1...Extent.greatest),
            try words.integer(1...Extent.greatest), try words.integer(1...Extent.greatest)
        )
        let offset = try words.integer(0...words.count)
        let bytes = try words.integer(0...words.count)
        var count = Int64(1)
        for extent in [shape.0, shape.1, shape.2, shape.3] {
            count *= Int64(extent)
            guard count <= Int64(Extent.most) else { throw .tooLarge }
        }
        let expected =
            switch kind {
            case .float32: 4 * count
            case .float16: 2 * count
            case .scaledInt8: 4 * Int64(shape.0) + count
            case .scaledInt16: 4 * Int64(shape.0) + 2 * count
            }
        guard offset % 4 == 0, Int64(bytes) == expected, bytes <= words.count - offset else {
            throw .wrongLength
        }
        unsafe data = file + offset
    }

    /// The numbers in single precision, in memory that the caller owns.
    func floats() throws(Flaw) -> UnsafeMutablePointer<Float> {
        let target = unsafe try Memory.floats(count)
        switch kind {
        case .float32: unsafe target.update(from: data.assumingMemoryBound(to: Float.self), count: count)
        case .float16:
            unsafe Self.widen(data.assumingMemoryBound(to: UInt16.self), into: target, count: count)
        case .scaledInt8: unsafe scale(Int8.self, into: target)
        case .scaledInt16: unsafe scale(Int16.self, into: target)
        }
        for index in 0..<count where unsafe !target[index].isFinite { throw .impossibleNumber }
        return unsafe target
    }

    /// Multiplies whole numbers with their row's factor.
    private func scale<Number: FixedWidthInteger>(
        _ type: Number.Type, into target: UnsafeMutablePointer<Float>
    ) {
        let scales = unsafe data.assumingMemoryBound(to: Float.self)
        let numbers = unsafe (data + 4 * shape.0).assumingMemoryBound(to: Number.self)
        let row = count / shape.0
        for index in 0..<shape.0 {
            let factor = unsafe scales[index]
            for place in (index &* row)..<(index &* row &+ row) {
                unsafe target[place] = Float(numbers[place]) * factor
            }
        }
    }

    /// Makes single precision of half precision: the bits are moved, and the exponent's offset is corrected by
    /// a product, which is exact for subnormal numbers too.
    private static func widen(
        _ source: UnsafePointer<UInt16>, into target: UnsafeMutablePointer<Float>, count: Int
    ) {
        for index in 0..<count {
            let bits = unsafe UInt32(UInt16(littleEndian: source[index]))
            let magnitude = Float(bitPattern: (bits & 0x7fff) &<< 13) * 0x1p112
            unsafe target[index] = Float(bitPattern: magnitude.bitPattern | (bits & 0x8000) &<< 16)
        }
    }
}
