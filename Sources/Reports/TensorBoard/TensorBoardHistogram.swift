/// How numbers are distributed, as TensorBoard shows it: 30 buckets of equal width from the lowest number to
/// the highest.
///
/// 30 is the number of buckets that TensorFlow 2 makes (`tf.summary.histogram`).
package struct TensorBoardHistogram: Sendable, Hashable {
    /// The lowest number; 0 where there is none.
    package private(set) var minimum = 0.0
    /// The highest number; 0 where there is none.
    package private(set) var maximum = 0.0
    /// How many numbers there are, without those that are not finite.
    package private(set) var count = 0
    /// The sum of the numbers.
    package private(set) var sum = 0.0
    /// The sum of their squares.
    package private(set) var sumOfSquares = 0.0
    /// The upper limit of each bucket. A number equal to it is in the next bucket, except in the last.
    package private(set) var limits: [Double] = []
    /// How many numbers are in each bucket.
    package private(set) var counts: [Int] = []
    /// How many values were left out, because they are infinite or NaN.
    package private(set) var leftOut = 0

    /// How many buckets there are where numbers differ.
    private static let bucketCount = 30

    /// Counts `values`. Equal numbers give one bucket, no numbers none.
    package init(_ values: [Float]) {
        summarize(values)
        guard count > 0 else { return }
        let width = (maximum - minimum) / Double(Self.bucketCount)
        guard width > 0 else {
            (limits, counts) = ([maximum], [count])
            return
        }
        // The last limit must not be below the maximum by a rounding error.
        limits = (1..<Self.bucketCount).map { minimum + width * Double($0) } + [maximum]
        counts = [Int](repeating: 0, count: Self.bucketCount)
        for value in values where value.isFinite { counts[bucket(of: Double(value), width)] += 1 }
    }

    /// All but the buckets.
    private mutating func summarize(_ values: [Float]) {
        var (lowest, highest) = (Double.infinity, -Double.infinity)
        for value in values where value.isFinite {
            let number = Double(value)
            lowest = min(lowest, number)
            highest = max(highest, number)
            sum += number
            sumOfSquares += number * number
            count += 1
        }
        leftOut = values.count - count
        if count > 0 { (minimum, maximum) = (lowest, highest) }
    }

    /// The bucket of `number`: that of the quotient, or its neighbour where the quotient was rounded.
    private func bucket(of number: Double, _ width: Double) -> Int {
        var index = min(Int((number - minimum) / width), Self.bucketCount - 1)
        if index > 0, number < limits[index - 1] { index -= 1 }
        if index < Self.bucketCount - 1, number >= limits[index] { index += 1 }
        return index
    }
}
