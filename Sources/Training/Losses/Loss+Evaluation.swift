extension Loss {
    /// The mean loss of a batch and its gradient.
    ///
    /// It is Σ wᵢ · lossᵢ / Σ wᵢ over the pictures of the batch, as PyTorch's with weights of classes; 0
    /// where all weights are 0.
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
    package func evaluate(
        _ outputs: Span<Float>, width: Int, targets: BatchTargets, labelSmoothing: Float = 0,
        weights: [Float]? = nil, gradient: inout MutableSpan<Float>
    ) -> Double {
        let count = targets.count
        let total = totalWeight(weights, count)
        var sum = 0.0
        for row in 0..<count {
            let weight = weights?[row] ?? 1
            let share = total > 0 ? weight / total : 0
            let (loss, slopes) = rowLoss(row, outputs, width, targets, labelSmoothing)
            sum += Double(weight) * loss
            for column in 0..<width { gradient[row * width + column] = slopes[column] * share }
        }
        for place in count * width..<gradient.count { gradient[place] = 0 }
        return total > 0 ? sum / Double(total) : 0
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
        return sum / Double(total)
    }

    private func totalWeight(_ weights: [Float]?, _ count: Int) -> Float {
        precondition(weights.map { $0.count == count } ?? true, "one weight a picture")
        return weights.map { $0.reduce(0, +) } ?? Float(count)
    }
}
