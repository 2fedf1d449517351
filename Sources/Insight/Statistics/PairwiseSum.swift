/// A sum in the order in which NumPy adds, so that rounding errors are the same.
enum PairwiseSum {
    /// Fewer numbers than this are added in their order; more in as many interleaved sums.
    private static let lanes = 8
    /// More numbers than this are split in two.
    private static let block = 128

    /// The sum of numbers.
    static func of(_ numbers: ArraySlice<Double>) -> Double {
        guard numbers.count >= lanes else { return numbers.reduce(0, +) }
        guard numbers.count <= block else {
            let half = numbers.count / 2
            let middle = numbers.startIndex + half - half % lanes
            return of(numbers[..<middle]) + of(numbers[middle...])
        }
        let end = numbers.endIndex - numbers.count % lanes
        var sums = [Double](repeating: 0, count: lanes)
        for index in numbers.startIndex..<end { sums[(index - numbers.startIndex) % lanes] += numbers[index] }
        // Neighbours are added until one sum is left.
        while sums.count > 1 {
            sums = stride(from: 0, to: sums.count, by: 2).map { sums[$0] + sums[$0 + 1] }
        }
        return numbers[end...].reduce(sums[0], +)
    }
}
