#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The range of values along one side of a chart, between round numbers.
struct Axis: Sendable {
    /// The least value.
    let lower: Double
    /// The greatest value.
    let upper: Double
    /// The values with a label.
    let ticks: [Double]
    private let step: Double

    /// A range with round ends that holds all values.
    ///
    /// - Parameter isWhole: whether only whole numbers get a label.
    init(covering values: [Double], isWhole: Bool = false) {
        let drawable = values.filter(\.isDrawable)
        var least = drawable.min() ?? 0
        var greatest = drawable.max() ?? 1
        if greatest - least <= max(greatest.magnitude, least.magnitude) * 1e-9 {
            let margin = isWhole ? 1 : max(greatest.magnitude * 0.1, 1e-3)
            least -= isWhole ? 0 : margin
            greatest += margin
        }
        step = Self.step(for: greatest - least, isWhole: isWhole)
        let first = floor(least / step + 1e-9)
        let count = min(12, max(1, Int(ceil(greatest / step - first - 1e-9))))
        let step = step
        ticks = (0...count).map { (first + Double($0)) * step }
        lower = isWhole ? least : first * step
        upper = isWhole ? greatest : (first + Double(count)) * step
    }

    /// A range from 0 to 1.
    static var shares: Axis { Axis(covering: [0, 1]) }

    /// Where a value lies, from 0 to 1.
    func position(_ value: Double) -> Double { (value - lower) / (upper - lower) }

    /// A value with as many digits as tell the ticks apart.
    func label(_ value: Double) -> String {
        guard step > 1e-6, upper.magnitude < 1e9, lower.magnitude < 1e9 else { return "\(value)" }
        return value.fixed(max(0, Int(ceil(-log10(step) - 1e-9))))
    }

    /// One, two or five times a power of ten, so that there are about five steps.
    private static func step(for span: Double, isWhole: Bool) -> Double {
        let rough = span / 5
        let power = pow(10, floor(log10(rough)))
        let step = ([1, 2, 5].first { $0 * power >= rough * 0.999 } ?? 10) * power
        return isWhole ? max(1, step) : step
    }
}

extension Double {
    /// Whether a chart can show the value: it is a number, and sums of such values stay finite.
    var isDrawable: Bool { isFinite && magnitude < 1e100 }
}
