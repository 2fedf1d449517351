/// Whether confidences are true: of answers with a confidence of 80 %, 80 % should be right.
///
/// A picture's confidence is its greatest probability. What is no number counts as 0.
package struct Calibration: Sendable, Hashable, Codable {
    /// Ten ranges of confidence of equal width, the lowest first; those without pictures are left out. A
    /// confidence on the border between two ranges belongs to the lower one (Guo et al., 2017).
    package let bins: [ReliabilityBin]
    /// The expected calibration error (ECE): the mean absolute difference between confidence and accuracy of
    /// the bins, weighted by their numbers of pictures; `nil` without pictures.
    package let expectedError: Double?
    /// The range in which 95 % of the expected calibration errors of a perfectly calibrated model with the
    /// same confidences lie; `nil` without pictures.
    ///
    /// An ``expectedError`` inside it is no evidence of bad calibration (consistency resampling of Bröcker
    /// and Smith, 2007).
    package let band: ClosedRange<Double>?

    /// The number of bins.
    private static let binCount = 10
    /// How many sets of answers are simulated.
    private static let simulations = 1000

    /// The calibration of these answers.
    ///
    /// - Parameters:
    ///   - labels: the right class of each picture.
    ///   - probabilities: for each picture one probability for each class.
    ///   - seed: the seed of the simulation for ``band``.
    package init(labels: [Int], probabilities: [[Float]], seed: UInt64 = 0) {
        precondition(labels.count == probabilities.count, "One row of probabilities for each label")
        let answers = probabilities.map(Probabilities.answer)
        let confidences = zip(answers, probabilities).map { answer, row in
            row.isEmpty || !row[answer].isFinite ? 0 : Double(row[answer])
        }
        let binOf = confidences.map(Self.bin)
        var counts = [Int](repeating: 0, count: Self.binCount)
        var sums = [Double](repeating: 0, count: Self.binCount)
        var right = [Int](repeating: 0, count: Self.binCount)
        for picture in labels.indices {
            counts[binOf[picture]] += 1
            sums[binOf[picture]] += confidences[picture]
            if labels[picture] == answers[picture] { right[binOf[picture]] += 1 }
        }
        bins = (0..<Self.binCount).compactMap { bin in
            guard counts[bin] > 0 else { return nil }
            let count = Double(counts[bin])
            return ReliabilityBin(
                meanConfidence: sums[bin] / count, accuracy: Double(right[bin]) / count, count: counts[bin])
        }
        guard !labels.isEmpty else {
            (expectedError, band) = (nil, nil)
            return
        }
        expectedError = Self.expectedError(sums, right, count: labels.count)
        band = Self.band(confidences, binOf, sums, seed: seed)
    }

    /// The bin of a confidence.
    private static func bin(of confidence: Double) -> Int {
        Int(min(max((confidence * Double(binCount)).rounded(.up) - 1, 0), Double(binCount - 1)))
    }

    /// The expected calibration error from each bin's sum of confidences and number of right answers.
    private static func expectedError(_ sums: [Double], _ right: [Int], count: Int) -> Double {
        zip(sums, right).reduce(0) { $0 + abs($1.0 - Double($1.1)) } / Double(count)
    }

    /// Simulates answers that are right exactly as often as their confidences say.
    private static func band(
        _ confidences: [Double], _ binOf: [Int], _ sums: [Double], seed: UInt64
    ) -> ClosedRange<Double>? {
        var generator = SplitMix64(seed: seed)
        var errors: [Double] = []
        for _ in 0..<simulations {
            var right = [Int](repeating: 0, count: binCount)
            for picture in confidences.indices where generator.uniform() < confidences[picture] {
                right[binOf[picture]] += 1
            }
            errors.append(expectedError(sums, right, count: confidences.count))
        }
        return Quantile.middle95(of: errors)
    }
}
