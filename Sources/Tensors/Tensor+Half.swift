extension Tensor {
    /// A `float16` tensor of `Float`s in row-major order, each rounded to the nearest; of two as near, to the even one.
    ///
    /// - Precondition: there are as many values as the shape has elements.
    package init(halvesOf values: [Float], shape: Shape) {
        precondition(values.count == shape.elementCount, "\(values.count) values for shape \(shape)")
        self.init(zeros: shape, elementType: .float16)
        unsafe withUnsafeMutableBytes { target in
            for (index, value) in values.enumerated() {
                unsafe target.storeBytes(
                    of: Tensor.half(from: value), toByteOffset: 2 * index, as: UInt16.self)
            }
        }
    }

    /// The bits of the half-precision number (IEEE 754 binary16) nearest to `value`.
    static func half(from value: Float) -> UInt16 {
        let bits = value.bitPattern
        let sign = UInt16(bits >> 16) & 0x8000
        let magnitude = bits & 0x7FFF_FFFF
        // Not a number, and infinity.
        if magnitude >= 0x7F80_0000 { return sign | (magnitude > 0x7F80_0000 ? 0x7E00 : 0x7C00) }
        // From 65,520 on the nearest is infinity.
        if magnitude >= 0x477F_F000 { return sign | 0x7C00 }
        // Below 2 to the -14th numbers are multiples of 2 to the -24th: adding 0.5 rounds to these.
        if magnitude < 0x3880_0000 {
            let rounded = Float(bitPattern: magnitude) + 0.5
            return sign | UInt16(truncatingIfNeeded: rounded.bitPattern &- Float(0.5).bitPattern)
        }
        let odd = (magnitude >> 13) & 1
        return sign | UInt16(truncatingIfNeeded: (magnitude &- 0x3800_0000 &+ 0xFFF &+ odd) >> 13)
    }
}
