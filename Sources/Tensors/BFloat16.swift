/// A 16-bit floating-point number with the exponent of a `Float` and 8 bits of precision.
package struct BFloat16: Sendable, Hashable, CustomStringConvertible {
    /// The upper half of the `Float` it stands for.
    package var bitPattern: UInt16

    /// The number with this bit pattern.
    @inlinable
    package init(bitPattern: UInt16) { self.bitPattern = bitPattern }

    /// The nearest number to `value`, ties to even; NaN stays NaN.
    @inlinable
    package init(_ value: Float) {
        let bits = value.bitPattern
        if value.isNaN {
            bitPattern = UInt16(truncatingIfNeeded: bits >> 16) | 0x0040
        } else {
            bitPattern = UInt16(truncatingIfNeeded: (bits &+ 0x7fff &+ ((bits >> 16) & 1)) >> 16)
        }
    }

    /// The same number as a `Float`; exact.
    @inlinable
    package var floatValue: Float { Float(bitPattern: UInt32(bitPattern) << 16) }

    /// The number in decimal digits.
    package var description: String { floatValue.description }
}
