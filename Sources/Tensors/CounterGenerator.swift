/// Random numbers from a key and a counter: the n-th number depends on nothing else.
///
/// SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014) with its
/// state set directly, so that numbers can be drawn in any order, and in Python by the same few lines. Unlike
/// the standard library's algorithms, those here are Graft's own and so stay the same from one Swift version
/// to the next.
package struct CounterGenerator: Sendable, RandomNumberGenerator {
    private let key: UInt64
    private var counter: UInt64 = 0

    /// A generator for a seed and a purpose; different purposes give independent numbers.
    package init(seed: UInt64, purpose: String = "") {
        // FNV-1a over the purpose's UTF-8 bytes.
        let name = purpose.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        key = CounterGenerator.mix(seed ^ name)
    }

    /// The next 64 random bits.
    package mutating func next() -> UInt64 {
        counter &+= 1
        return CounterGenerator.mix(key &+ counter &* 0x9e37_79b9_7f4a_7c15)
    }

    /// The next number, uniform in 0 ..< 1, a multiple of 2⁻²⁴.
    package mutating func nextUniform() -> Float { Float(next() >> 40) * 0x1p-24 }

    /// The next number of a normal distribution with mean 0 and variance 1 as the sum of twelve uniform ones,
    /// less 6: exact in binary arithmetic on every machine, with no logarithm or cosine that libraries round
    /// differently.
    package mutating func nextNormal() -> Float {
        (0..<12).reduce(into: Float(-6)) { sum, _ in sum += nextUniform() }
    }

    /// The next number, uniform in 0 ..< `bound`.
    package mutating func next(below bound: Int) -> Int {
        Int(next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// Puts the elements in a random order (Fisher and Yates).
    package mutating func shuffle<Element>(_ elements: inout [Element]) {
        for last in stride(from: elements.count - 1, to: 0, by: -1) {
            elements.swapAt(last, next(below: last + 1))
        }
    }

    private static func mix(_ value: UInt64) -> UInt64 {
        var value = value
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }
}
