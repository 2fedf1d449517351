import GraftReports
import Testing

@Suite struct TensorBoardHistogramTests {
    @Test func bucketsHaveEqualWidthsFromTheLowestToTheHighest() {
        let histogram = TensorBoardHistogram((0...30).map(Float.init))
        #expect(histogram.limits == (1...30).map(Double.init))
        // A number at a limit is in the next bucket; the highest is in the last.
        #expect(histogram.counts == [Int](repeating: 1, count: 29) + [2])
        #expect(histogram.minimum == 0 && histogram.maximum == 30 && histogram.count == 31)
        #expect(histogram.sum == 465 && histogram.sumOfSquares == 9455)
    }

    @Test func equalNumbersShareOneBucket() {
        let histogram = TensorBoardHistogram([-2, -2, -2])
        #expect(histogram.limits == [-2] && histogram.counts == [3])
    }

    @Test(arguments: [([5, 16.5, 28], 15), ([-38, -6.5, -3], 26)] as [([Float], Int)])
    func limitsDecideWhereTheQuotientIsRounded(_ values: [Float], _ bucket: Int) {
        // The first number is equal to a limit, but its quotient is below it. The second is below a limit that
        // its quotient reaches.
        let histogram = TensorBoardHistogram(values)
        let number = Double(values[1])
        #expect(number >= histogram.limits[bucket - 1] && number < histogram.limits[bucket])
        #expect(histogram.counts[bucket] == 1)
    }

    @Test func infinitiesAndNaNAreLeftOutAndCounted() {
        let histogram = TensorBoardHistogram([.nan, 1, .infinity, 3, -.infinity])
        #expect(histogram.leftOut == 3 && histogram.count == 2)
        #expect(histogram.minimum == 1 && histogram.maximum == 3 && histogram.sum == 4)
    }

    @Test func withoutNumbersThereAreNoBuckets() {
        let histogram = TensorBoardHistogram([.nan])
        #expect(histogram.limits.isEmpty && histogram.counts.isEmpty && histogram.leftOut == 1)
        #expect(histogram.minimum == 0 && histogram.maximum == 0)
    }

    @Test(
        arguments: [
            (-Float.greatestFiniteMagnitude, Float.greatestFiniteMagnitude), (0, Float.leastNonzeroMagnitude),
            (1, Float(1).nextUp), (-0.1, 0.7),
        ] as [(Float, Float)])
    func everyNumberIsWithinItsBucket(_ low: Float, _ high: Float) {
        let values = (0...100).map { low * (1 - Float($0) / 100) + high * (Float($0) / 100) }
        let histogram = TensorBoardHistogram(values)
        #expect(histogram.counts.reduce(0, +) == values.count)
        #expect(histogram.limits.last == histogram.maximum)
        let expected = histogram.limits.indices.map { index in
            values.count { value in
                (index == 0 || Double(value) >= histogram.limits[index - 1])
                    && (index == 29 || Double(value) < histogram.limits[index])
            }
        }
        #expect(histogram.counts == expected)
    }
}
