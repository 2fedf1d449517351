/// A function of each element alone.
enum Activation {
    case none
    /// min(max(x, low), high): ReLU and ReLU6.
    case limits(low: Float, high: Float)
    case leakyReLU(slope: Float)
    case sigmoid
    case silu
    case hardSwish
    case hardSigmoid
    case gelu
    case geluTanh

    init(code: Int, slope: Float) throws(Flaw) {
        switch code {
        case 0: self = .none
        case 1: self = .limits(low: 0, high: .infinity)
        case 2: self = .limits(low: 0, high: 6)
        case 3: self = .leakyReLU(slope: slope)
        case 4: self = .sigmoid
        case 5: self = .silu
        case 6: self = .hardSwish
        case 7: self = .hardSigmoid
        case 8: self = .gelu
        case 9: self = .geluTanh
        default: throw .impossibleNumber
        }
    }

    /// What a product may do by itself while it writes: limits, which are infinite where it has none.
    var limits: (low: Float, high: Float) {
        if case .limits(let low, let high) = self { (low, high) } else { (-.infinity, .infinity) }
    }

    /// What is left to be done after limits.
    var afterLimits: Activation { if case .limits = self { .none } else { self } }

    /// Applies it to values in place.
    func apply(_ values: UnsafeMutablePointer<Float>, count: Int) {
        switch self {
        case .none: break
        case .limits(let low, let high): unsafe Vector.map(values, count) { $0.limited(low, high) }
        case .leakyReLU(let slope):
            unsafe Vector.map(values, count) { $0.replacing(with: $0 * slope, where: $0 .< Vector.zero) }
        case .sigmoid: unsafe Vector.map(values, count) { $0.sigmoid }
        case .silu: unsafe Vector.map(values, count) { $0 * $0.sigmoid }
        case .hardSwish: unsafe Vector.map(values, count) { $0 * ($0 * (1 / 6) + 0.5).limited(0, 1) }
        case .hardSigmoid: unsafe Vector.map(values, count) { ($0 * (1 / 6) + 0.5).limited(0, 1) }
        case .gelu: unsafe Vector.map(values, count) { $0 * 0.5 * (1 + ($0 * 0.70710678).errorFunction) }
        case .geluTanh:
            // x / 2 · (1 + tanh(z)) is x · sigmoid(2 z); the factor is 2 √(2/π).
            unsafe Vector.map(values, count) { $0 * (1.5957691216 * ($0 + 0.044715 * $0 * $0 * $0)).sigmoid }
        }
    }
}
