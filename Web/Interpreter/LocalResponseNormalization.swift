/// x / (k + alpha / size · Σ x²)^beta, the sum over the `size` channels around.
struct LocalResponseNormalization {
    private let size: Int
    private let alpha: Float
    private let beta: Float
    private let k: Float

    /// Reads the settings of a node.
    init(_ words: inout WordReader) throws(Flaw) {
        size = try words.integer(1...Extent.greatest)
        alpha = try words.float()
        beta = try words.float()
        k = try words.float()
        guard size % 2 == 1, alpha >= 0, beta >= 0, k >= 0 else { throw .impossibleNumber }
    }

    /// Computes it.
    func run(
        _ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, places: Int, channels: Int
    ) {
        let (factor, reach) = (alpha / Float(size), size / 2)
        for place in 0..<places {
            let (values, result) = unsafe (source + place * channels, target + place * channels)
            for channel in 0..<channels {
                var sum: Float = 0
                for near in max(channel &- reach, 0)...min(channel &+ reach, channels &- 1) {
                    unsafe sum += values[near] * values[near]
                }
                unsafe result[channel] = values[channel] / power(k + factor * sum)
            }
        }
    }

    /// A positive number to the power of beta; the usual ones need roots only.
    @inline(__always)
    private func power(_ base: Float) -> Float {
        if beta == 0.75 {
            let root = base.squareRoot()
            return root * root.squareRoot()
        }
        if beta == 0.5 { return base.squareRoot() }
        if beta == 1 { return base }
        return base > 0 ? Vector(repeating: beta * Self.logarithm(base)).exponential[0] : 0
    }

    /// The natural logarithm: that of the exponent, and 2 artanh((m − 1) / (m + 1)) of the rest.
    private static func logarithm(_ value: Float) -> Float {
        var (exponent, rest) = (Double(value.exponent), Double(value.significand))
        if rest > 1.4142135 { (exponent, rest) = (exponent + 1, rest / 2) }
        let part = (rest - 1) / (rest + 1)
        let square = part * part
        var sum = 0.0
        for term in 0..<7 { sum = sum * square + 1 / Double(13 - 2 * term) }
        return Float(exponent * 0.6931471805599453 + 2 * part * sum)
    }
}
