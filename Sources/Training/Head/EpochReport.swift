/// What one epoch came to.
public struct EpochReport: Sendable, Hashable, Codable {
    /// Counted from 1.
    public var epoch: Int
    /// The mean loss over the training pictures, each as it was when its step was taken, with dropout at work.
    public var loss: Double
    /// What validation says after the epoch.
    public var validation: Metrics
}

/// How well a classifier does on some pictures.
public struct Metrics: Sendable, Hashable, Codable {
    /// The number of pictures.
    public var images: Int
    /// The mean cross-entropy.
    public var loss: Double
    /// The share of pictures whose class is named first.
    public var top1: Double
    /// The share of pictures whose class is among the first five, or the first of fewer classes.
    public var top5: Double

    /// The metrics of some pictures.
    public init(images: Int, loss: Double, top1: Double, top5: Double) {
        self.images = images
        self.loss = loss
        self.top1 = top1
        self.top5 = top5
    }

    /// Wilson's interval for the true top-1 share at a confidence of 95% (Wilson, 1927).
    public var top1Interval: ClosedRange<Double> {
        guard images > 0 else { return 0...1 }
        let count = Double(images)
        let z = 1.959964
        let centre = top1 + z * z / (2 * count)
        let spread = z * (top1 * (1 - top1) / count + z * z / (4 * count * count)).squareRoot()
        let scale = 1 + z * z / count
        return max(0, (centre - spread) / scale)...min(1, (centre + spread) / scale)
    }
}

/// Adds up metrics picture by picture.
package struct MetricsSum: Sendable {
    private var images = 0
    private var loss = 0.0
    private var first = 0
    private var amongFive = 0

    /// Nothing yet.
    package init() {}

    /// Adds a picture of class `label` with these probabilities.
    package mutating func add(loss: Float, probabilities: [Float], label: Int) {
        images += 1
        self.loss += Double(loss)
        // Of equally probable classes the one that comes first in order wins.
        let better = probabilities.indices.count { index in
            probabilities[index] > probabilities[label]
                || (probabilities[index] == probabilities[label] && index < label)
        }
        if better < 1 { first += 1 }
        if better < 5 { amongFive += 1 }
    }

    /// The metrics of all pictures added.
    package var metrics: Metrics {
        let count = Double(max(images, 1))
        return Metrics(
            images: images, loss: loss / count, top1: Double(first) / count, top5: Double(amongFive) / count)
    }
}
