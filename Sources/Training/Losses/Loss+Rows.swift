#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

extension Loss {
    /// The loss of one picture and its gradient, a row as wide as the output.
    func rowLoss(
        _ row: Int, _ outputs: Span<Float>, _ width: Int, _ targets: BatchTargets, _ smoothing: Float
    ) -> (loss: Double, slopes: [Float]) {
        let target = targetRow(row, width, targets)
        if case .crossEntropy = self { return Self.softCrossEntropy(outputs, row, target, smoothing) }
        var slopes = [Float](repeating: 0, count: width)
        var sum = 0.0
        for column in 0..<width {
            let (loss, slope) = elementLoss(outputs[row * width + column], target[column], smoothing)
            sum += Double(loss)
            slopes[column] = slope / Float(width)
        }
        return (sum / Double(width), slopes)
    }

    private func targetRow(_ row: Int, _ width: Int, _ targets: BatchTargets) -> [Float] {
        switch targets {
        case .rows(let values, _): return Array(values[row * width..<(row + 1) * width])
        case .labels(let labels):
            var target = [Float](repeating: 0, count: width)
            target[labels[row]] = 1
            return target
        }
    }

    /// −Σ tᶜ · log softmax(x)ᶜ; its gradient is softmax(x) · Σ tᶜ − t.
    private static func softCrossEntropy(
        _ outputs: Span<Float>, _ row: Int, _ target: [Float], _ smoothing: Float
    ) -> (loss: Double, slopes: [Float]) {
        let width = target.count
        let logits = (0..<width).map { outputs[row * width + $0] }
        let largest = logits.max() ?? 0
        var slopes = logits.map { expf($0 - largest) }
        let sum = slopes.reduce(0, +)
        let logarithm = logf(sum)
        let smoothed = target.map { $0 * (1 - smoothing) + smoothing / Float(width) }
        let total = smoothed.reduce(0, +)
        var loss = 0.0
        for column in 0..<width {
            loss -= Double(smoothed[column] * (logits[column] - largest - logarithm))
            slopes[column] = slopes[column] / sum * total - smoothed[column]
        }
        return (loss, slopes)
    }

    /// The loss of one number and its slope.
    private func elementLoss(_ output: Float, _ target: Float, _ smoothing: Float) -> (Float, Float) {
        let error = output - target
        switch self {
        case .crossEntropy: preconditionFailure("softmax is one of whole rows")
        case .binaryCrossEntropy:
            let smoothed = target * (1 - smoothing) + smoothing / 2
            // Neither exponential grows beyond 1, so that large logits stay finite.
            let small = expf(-abs(output))
            let sigmoid = output >= 0 ? 1 / (1 + small) : small / (1 + small)
            return (max(output, 0) - output * smoothed + log1pf(small), sigmoid - smoothed)
        case .meanSquaredError: return (error * error, 2 * error)
        case .meanAbsoluteError: return (abs(error), error > 0 ? 1 : error < 0 ? -1 : error)
        case .huber(let delta):
            if abs(error) <= delta { return (error * error / 2, error) }
            return (delta * (abs(error) - delta / 2), error > 0 ? delta : error < 0 ? -delta : error)
        }
    }
}
