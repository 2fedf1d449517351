/// Four numbers that are computed at once: a register of WebAssembly.
typealias Vector = SIMD4<Float>

extension Vector {
    /// The four numbers at an address.
    @inline(__always)
    init(_ pointer: UnsafePointer<Float>) {
        self = unsafe UnsafeRawPointer(pointer).loadUnaligned(as: Vector.self)
    }

    /// Writes the four numbers to an address.
    @inline(__always)
    func store(_ pointer: UnsafeMutablePointer<Float>) {
        unsafe UnsafeMutableRawPointer(pointer).storeBytes(of: self, as: Vector.self)
    }

    /// Replaces values by a function of them.
    @inline(__always)
    static func map(_ values: UnsafeMutablePointer<Float>, _ count: Int, _ function: (Vector) -> Vector) {
        let whole = count & ~3
        for index in stride(from: 0, to: whole, by: 4) {
            unsafe function(Vector(values + index)).store(values + index)
        }
        for index in whole..<count { unsafe values[index] = function(Vector(repeating: values[index]))[0] }
    }

    /// The nearest numbers between two others.
    @inline(__always)
    func limited(_ low: Float, _ high: Float) -> Vector {
        let (low, high) = (Vector(repeating: low), Vector(repeating: high))
        let raised = replacing(with: low, where: self .< low)
        return raised.replacing(with: high, where: raised .> high)
    }

    /// The greater of each two.
    @inline(__always)
    func greater(_ other: Vector) -> Vector { replacing(with: other, where: other .> self) }

    /// eˣ, to about 1e-7 of its value: 2ⁿ times a polynomial, as in the Cephes library's `expf`.
    @inline(__always)
    var exponential: Vector {
        let x = limited(-87.3, 88.7)
        // Adding 1.5 · 2²³ leaves no bits for a fraction.
        let magic: Float = 0x1.8p23
        let shifted = x * 1.44269504088896 + magic
        let whole = shifted - magic
        let rest = x - whole * 0.693359375 - whole * -2.12194440e-4
        var sum = 1.9875691500e-4 * rest + 1.3981999507e-3
        sum = sum * rest + 8.3334519073e-3
        sum = sum * rest + 4.1665795894e-2
        sum = sum * rest + 1.6666665459e-1
        sum = sum * rest + 5.0000001201e-1
        sum = sum * rest * rest + rest + 1
        let bits = unsafe (unsafeBitCast(shifted, to: SIMD4<Int32>.self) &+ 127) &<< 23
        return unsafe sum * unsafeBitCast(bits, to: Vector.self)
    }

    /// 1 / (1 + e⁻ˣ)
    @inline(__always)
    var sigmoid: Vector { 1 / (1 + (0 - self).exponential) }

    /// The error function, to 2e-7 (Abramowitz and Stegun, 1964, formula 7.1.26).
    @inline(__always)
    var errorFunction: Vector {
        let isNegative = self .< Vector.zero
        let x = replacing(with: 0 - self, where: isNegative)
        let t = 1 / (1 + 0.3275911 * x)
        var sum = 1.061405429 * t - 1.453152027
        sum = sum * t + 1.421413741
        sum = sum * t - 0.284496736
        sum = sum * t + 0.254829592
        let result = 1 - sum * t * (0 - x * x).exponential
        return result.replacing(with: 0 - result, where: isNegative)
    }
}
