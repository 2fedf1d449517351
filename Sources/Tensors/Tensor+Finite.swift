extension Tensor {
    /// The position of the first element that is no finite number, and what it is; `nil` where all are. Those of
    /// other types are judged as `float32`.
    package var firstNonFinite: (position: Int, value: Float)? {
        let numbers = convertedToFloat32()
        let position: Int? = unsafe numbers.withUnsafeBytes { bytes in
            // A part of a file may start anywhere.
            func word(_ index: Int) -> UInt32 {
                unsafe bytes.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self)
            }
            let count = numbers.elementCount
            // All bits of the exponent are set in those that are not finite. Whole pieces first, without a branch.
            let exponent: UInt32 = 0x7f80_0000
            let piece = 4096
            for start in stride(from: 0, to: count, by: piece) {
                let end = min(start + piece, count)
                var found: UInt32 = 0
                for index in start..<end {
                    found |= word(index) & exponent == exponent ? 1 : 0
                }
                guard found == 0 else {
                    return (start..<end).first { word($0) & exponent == exponent }
                }
            }
            return nil
        }
        guard let position else { return nil }
        let value = unsafe numbers.withUnsafeBytes {
            unsafe $0.loadUnaligned(fromByteOffset: 4 * position, as: Float.self)
        }
        return (position, value)
    }
}
