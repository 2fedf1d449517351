#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// The loss of a classifier with one right class a picture: −log softmax(logits)[label].
enum SoftmaxCrossEntropy {
    /// The loss of one row of logits, and the probabilities.
    static func loss(_ logits: Span<Float>, row: Int, classes: Int, label: Int) -> (
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
}
