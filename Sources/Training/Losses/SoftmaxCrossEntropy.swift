#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// The loss of a classifier with one right class a picture: −log softmax(logits)[label], averaged over the batch.
package enum SoftmaxCrossEntropy {
    /// The loss of one row of logits, and the probabilities.
    package static func loss(_ logits: Span<Float>, row: Int, classes: Int, label: Int) -> (
        loss: Float, probabilities: [Float]
    ) {
        var probabilities = (0..<classes).map { logits[row * classes + $0] }
        let largest = probabilities.max() ?? 0
        var sum: Float = 0
        for index in probabilities.indices {
            probabilities[index] = expf(probabilities[index] - largest)
            sum += probabilities[index]
        }
        let loss = logf(sum) - (logits[row * classes + label] - largest)
        for index in probabilities.indices { probabilities[index] /= sum }
        return (loss, probabilities)
    }

    /// The sum of the losses of the first `labels.count` rows; `gradient` becomes that of their mean, 0 in further rows.
    ///
    /// The gradient of the mean loss is (softmax(logits) − one-hot(label)) / count.
    package static func gradient(
        _ logits: Span<Float>, labels: [Int], classes: Int, into gradient: inout MutableSpan<Float>
    ) -> Float {
        var total: Float = 0
        let share = 1 / Float(labels.count)
        for (row, label) in labels.enumerated() {
            let (loss, probabilities) = loss(logits, row: row, classes: classes, label: label)
            total += loss
            for index in 0..<classes {
                gradient[row * classes + index] = (probabilities[index] - (index == label ? 1 : 0)) * share
            }
        }
        for index in labels.count * classes..<gradient.count { gradient[index] = 0 }
        return total
    }
}
