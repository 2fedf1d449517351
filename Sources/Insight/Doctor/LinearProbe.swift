internal import GraftTensors

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// A linear classifier on features, strongly held back: what can be told from features alone, without a head that learns
/// its training pictures by heart.
///
/// Multinomial logistic regression with weight decay on features of mean 0 and deviation 1, by steps with momentum;
/// the same numbers give the same classifier.
struct LinearProbe: Sendable {
    private let mean: [Float]
    private let scale: [Float]
    /// [classes, features].
    private var kernel: [Float]
    private var bias: [Float]
    private let width: Int
    private let classCount: Int

    /// How many steps are taken.
    private static let steps = 120
    /// How many pictures a step sees at most.
    private static let batch = 512
    private static let rate: Float = 0.5
    private static let momentum: Float = 0.9
    /// What the sum of the squares of the weights counts beside the mean loss, where features are 1280.
    private static let decay: Float = 0.02

    /// A classifier of some rows.
    ///
    /// - Parameters:
    ///   - rows: features, one row a picture, all as long.
    ///   - chosen: the positions of the rows to learn from.
    ///   - labels: the class of each row.
    init(_ rows: [[Float]], chosen: [Int], labels: [Int], classCount: Int) {
        let width = rows.first?.count ?? 0
        (self.width, self.classCount) = (width, classCount)
        let count = Float(max(chosen.count, 1))
        var mean = [Float](repeating: 0, count: width)
        for row in chosen { for index in 0..<width { mean[index] += rows[row][index] } }
        for index in 0..<width { mean[index] /= count }
        var squares = [Float](repeating: 0, count: width)
        for row in chosen {
            for index in 0..<width {
                let difference = rows[row][index] - mean[index]
                squares[index] += difference * difference
            }
        }
        // Rows of length about 1, whatever the number of features.
        let norm = Float(max(width, 1)).squareRoot()
        self.mean = mean
        scale = squares.map { 1 / (($0 / count).squareRoot() + 1e-6) / norm }
        kernel = [Float](repeating: 0, count: classCount * width)
        bias = [Float](repeating: 0, count: classCount)
        guard width > 0, !chosen.isEmpty else { return }
        let inputs = chosen.map { standardized(rows[$0]) }
        var velocity = [Float](repeating: 0, count: kernel.count)
        var biasVelocity = bias
        // Pictures of a class stand together: a step takes those at even distances.
        let batches = (chosen.count + Self.batch - 1) / Self.batch
        for step in 0..<Self.steps {
            let seen = stride(from: step % batches, to: chosen.count, by: batches)
            let seenCount = Float((chosen.count - step % batches + batches - 1) / batches)
            var gradient = kernel.map { $0 * Self.decay }
            var biasGradient = [Float](repeating: 0, count: classCount)
            for place in seen {
                var shares = probabilities(ofStandardized: inputs[place])
                shares[labels[chosen[place]]] -= 1
                for unit in 0..<classCount {
                    let share = shares[unit] / seenCount
                    biasGradient[unit] += share
                    Self.add(inputs[place], times: share, to: &gradient, at: unit * width)
                }
            }
            for index in kernel.indices {
                velocity[index] = Self.momentum * velocity[index] - Self.rate * gradient[index]
                kernel[index] += velocity[index]
            }
            for index in bias.indices {
                biasVelocity[index] = Self.momentum * biasVelocity[index] - Self.rate * biasGradient[index]
                bias[index] += biasVelocity[index]
            }
        }
    }

    /// The probability of each class.
    func probabilities(_ row: [Float]) -> [Float] { probabilities(ofStandardized: standardized(row)) }

    private func standardized(_ row: [Float]) -> [Float] {
        row.indices.map { (row[$0] - mean[$0]) * scale[$0] }
    }

    private func probabilities(ofStandardized input: [Float]) -> [Float] {
        let scores = (0..<classCount).map { bias[$0] + DotProduct.of(input, kernel, from: $0 * width) }
        let greatest = scores.max() ?? 0
        let parts = scores.map { exp($0 - greatest) }
        let sum = parts.reduce(0, +)
        return parts.map { $0 / sum }
    }

    private static func add(_ row: [Float], times factor: Float, to sums: inout [Float], at start: Int) {
        unsafe row.withUnsafeBufferPointer { row in
            unsafe sums.withUnsafeMutableBufferPointer { sums in
                for index in 0..<row.count { unsafe sums[start + index] += factor * row[index] }
            }
        }
    }
}
