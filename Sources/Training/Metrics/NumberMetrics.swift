package import GraftDatasets

/// Metrics of pictures with numbers, in the data's units.
package struct NumberMetrics: MetricsFold {
    private var numbers: [NumberSum]
    private var images = 0
    private var loss = 0.0

    /// Nothing yet.
    ///
    /// - Parameter width: how many numbers a picture has.
    package init(width: Int) { numbers = [NumberSum](repeating: NumberSum(), count: width) }

    package mutating func add(_ outputs: [Float], _ target: Target, loss: Double) {
        images += 1
        self.loss += loss
        for index in numbers.indices {
            numbers[index].add(Double(outputs[index]), target.numbers[index])
        }
    }

    package var detailed: DetailedMetrics {
        let all = Metrics(
            images: images, loss: loss / Double(max(images, 1)), top1: 0, top5: 0,
            errors: numbers.map(\.errors))
        return DetailedMetrics(all: all, classes: [])
    }
}

/// Sums of one number.
private struct NumberSum: Sendable {
    private var count = 0.0
    private var absolute = 0.0
    private var squares = 0.0
    /// The running mean of the expected numbers, and the sum of their squared distances from it (Welford,
    /// 1962).
    private var mean = 0.0
    private var spread = 0.0

    mutating func add(_ found: Double, _ expected: Double) {
        count += 1
        absolute += abs(found - expected)
        squares += (found - expected) * (found - expected)
        let distance = expected - mean
        mean += distance / count
        spread += distance * (expected - mean)
    }

    var errors: NumberErrors {
        let count = max(count, 1)
        return NumberErrors(
            meanAbsolute: absolute / count, rootMeanSquare: (squares / count).squareRoot(),
            determination: spread > 0 ? 1 - squares / spread : nil)
    }
}
