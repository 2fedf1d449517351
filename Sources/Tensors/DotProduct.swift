/// Sums of products of numbers, sixteen at a time.
package enum DotProduct {
    /// The sum of the products of the numbers of `left` with as many of `right`, those from `start` on.
    ///
    /// - Precondition: there are so many.
    package static func of(_ left: [Float], _ right: [Float], from start: Int = 0) -> Float {
        precondition(
            start >= 0 && left.count <= right.count - start, "\(left.count) of \(right.count) numbers")
        return unsafe left.withUnsafeBytes { left in
            unsafe right.withUnsafeBytes { right in
                let (count, offset) = (left.count / 4, 4 * start)
                var (sums, rest) = (SIMD16<Float>(repeating: 0), Float(0))
                var index = 0
                while index + 16 <= count {
                    sums +=
                        unsafe left.loadUnaligned(fromByteOffset: 4 * index, as: SIMD16<Float>.self)
                        * right.loadUnaligned(fromByteOffset: offset + 4 * index, as: SIMD16<Float>.self)
                    index += 16
                }
                while index < count {
                    rest +=
                        unsafe left.loadUnaligned(fromByteOffset: 4 * index, as: Float.self)
                        * right.loadUnaligned(fromByteOffset: offset + 4 * index, as: Float.self)
                    index += 1
                }
                return sums.sum() + rest
            }
        }
    }
}
