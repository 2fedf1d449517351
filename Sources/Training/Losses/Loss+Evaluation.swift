/// What the losses of pictures come to: sums, which can be added up over processes before anything is
/// divided.
package struct LossSum: Sendable, Hashable {
    /// Σ wᵢ · lossᵢ.
    package var sum: Double
    /// Σ wᵢ.
    package var weight: Double

    /// The mean loss, Σ wᵢ · lossᵢ / Σ wᵢ, as PyTorch's with weights of classes; 0 where all weights are 0.
    package var mean: Double { weight > 0 ? sum / weight : 0 }

    /// What makes the gradient of the mean of that of the sum.
    package var gradientScale: Float { weight > 0 ? Float(1 / weight) : 0 }
}

extension Loss {
    /// The weighted sum of the losses of a batch, and its gradient: that of the mean times the weight.
    ///
    /// - `crossEntropy`: −Σ tᶜ · log softmax(x)ᶜ, where label smoothing ε makes (1 − ε)·t + ε / classes of
    ///   the targets.
    /// - `binaryCrossEntropy`: the mean over the classes of −t · log σ(x) − (1 − t) · log(1 − σ(x)), where
    ///   label smoothing makes (1 − ε)·t + ε / 2 of the targets, as in Keras.
    /// - `meanSquaredError`, `meanAbsoluteError`, `huber`: the mean over the numbers of e², |e|, and ½e² up
    ///   to `delta`, delta · (|e| − ½ delta) beyond it. The gradient of |0| is 0.
    ///
    /// - Parameters:
    ///   - outputs: logits or numbers, [rows, width], of which those of the targets' pictures count.
    ///   - weights: how much each picture counts; all the same where it is `nil`.
    ///   - gradient: as `outputs`; 0 in rows that have no target.
    package func sum(
        _ outputs: Span<Float>, width: Int, targets: BatchTargets, labelSmoothing: Float = 0,
        weights: [Float]? = nil, gradient: inout MutableSpan<Float>
    ) -> LossSum {
        let count = targets.count
        var result = LossSum(sum: 0, weight: totalWeight(weights, count))
        for row in 0..<count {
            let weight = weights?[row] ?? 1
            let (loss, slopes) = rowLoss(row, outputs, width, targets, labelSmoothing)
            result.sum += Double(weight) * loss
            for column in 0..<width { gradient[row * width + column] = slopes[column] * weight }
        }
        for place in count * width..<gradient.count { gradient[place] = 0 }
        return result
    }

    /// The mean loss of a batch alone.
    package func evaluate(
        _ outputs: Span<Float>, width: Int, targets: BatchTargets, labelSmoothing: Float = 0,
        weights: [Float]? = nil
    ) -> Double {
        let total = totalWeight(weights, targets.count)
        guard total > 0 else { return 0 }
        var sum = 0.0
        for row in 0..<targets.count {
            let (loss, _) = rowLoss(row, outputs, width, targets, labelSmoothing)
            sum += Double(weights?[row] ?? 1) * loss
        }
        return sum / total
    }

    private func totalWeight(_ weights: [Float]?, _ count: Int) -> Double {
        precondition(weights.map { $0.count == count } ?? true, "one weight a picture")
        return weights.map { $0.reduce(0) { $0 + Double($1) } } ?? Double(count)
    }
}
