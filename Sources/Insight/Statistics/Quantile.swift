/// Quantiles of a sample.
enum Quantile {
    /// The quantile of numbers in rising order, with linear interpolation between neighbours (type 7 of
    /// Hyndman and Fan, 1996, as NumPy); `nil` without numbers.
    static func of(sorted numbers: [Double], _ share: Double) -> Double? {
        guard let last = numbers.last else { return nil }
        let position = share * Double(numbers.count - 1)
        let lower = Int(position)
        guard lower + 1 < numbers.count else { return last }
        return numbers[lower] + (numbers[lower + 1] - numbers[lower]) * (position - Double(lower))
    }

    /// The 2.5 % and 97.5 % quantiles, between which 95 % of the sample lies; `nil` without numbers.
    static func middle95(of numbers: [Double]) -> ClosedRange<Double>? {
        let sorted = numbers.sorted()
        guard let lower = of(sorted: sorted, 0.025), let upper = of(sorted: sorted, 0.975) else { return nil }
        return lower...max(lower, upper)
    }
}
