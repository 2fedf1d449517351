/// A small seeded generator of random numbers, for simulations and resampling (Steele, Lea and Flood, 2014).
///
/// The same seed gives the same numbers on every machine.
struct SplitMix64: Sendable {
    private var state: UInt64

    /// Starts a sequence of random numbers.
    init(seed: UInt64) { state = seed }

    /// The next 64 random bits.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }

    /// A number from 0 up to, but without, 1.
    mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// A whole number from 0 up to, but without, `bound`.
    ///
    /// It is the upper half of a product of 128 bits; for fewer than 2³² numbers its bias is below 2⁻³².
    mutating func next(below bound: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(bound)).high) }
}
