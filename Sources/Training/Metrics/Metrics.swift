/// How well a network does on some pictures.
///
/// ```swift
/// print(model.validation.scoreName, model.validation.score, model.validation.top1Interval)
/// ```
public struct Metrics: Sendable, Hashable, Codable {
    /// The number of pictures.
    public var images: Int
    /// The mean loss, without label smoothing or weights of classes.
    public var loss: Double
    /// The share of pictures whose class, or one of whose classes, is named first; of pictures with classes,
    /// and 0 for numbers.
    public var top1: Double
    /// The share of pictures with a class among the first five, or the first of fewer classes.
    public var top5: Double
    /// The mean of the average precisions of the classes that have pictures, where a picture has any number
    /// of classes; `nil` else.
    public var meanAveragePrecision: Double?
    /// The errors of each number in the data's units, where pictures have numbers; `nil` else.
    public var errors: [NumberErrors]?

    /// The metrics of some pictures.
    package init(
        images: Int, loss: Double, top1: Double, top5: Double, meanAveragePrecision: Double? = nil,
        errors: [NumberErrors]? = nil
    ) {
        self.images = images
        self.loss = loss
        self.top1 = top1
        self.top5 = top5
        self.meanAveragePrecision = meanAveragePrecision
        self.errors = errors
    }

    /// Wilson's interval for the true top-1 share at a confidence of 95% (Wilson, 1927).
    public var top1Interval: ClosedRange<Double> {
        let count = max(images, 0)
        let right = (top1 * Double(count)).rounded()
        return WilsonInterval.of(successes: min(max(right.isFinite ? Int(right) : 0, 0), count), count: count)
    }
}

/// How far off one of the numbers is, in the data's units.
///
/// ```swift
/// for number in evaluation.numbers ?? [] { print(number.name, number.errors.meanAbsolute) }
/// ```
public struct NumberErrors: Sendable, Hashable, Codable {
    /// The mean of the errors' magnitudes.
    public var meanAbsolute: Double
    /// The root of the mean of the squared errors.
    public var rootMeanSquare: Double
    /// The coefficient of determination: 1 − squared errors / squared distances from the mean; 1 is perfect,
    /// 0 as good as always giving the mean. `nil` where the number is the same for all pictures.
    public var determination: Double?

    /// The errors of one number.
    package init(meanAbsolute: Double, rootMeanSquare: Double, determination: Double?) {
        self.meanAbsolute = meanAbsolute
        self.rootMeanSquare = rootMeanSquare
        self.determination = determination
    }
}

/// How well a network does on some pictures, and on those of each class.
package struct DetailedMetrics: Sendable, Hashable {
    /// On all of them.
    package var all: Metrics
    /// On those of each class; none for numbers. Where a picture has any number of classes,
    /// ``Metrics/meanAveragePrecision`` is the average precision of the one class, and a picture counts as
    /// right where just this class is among the first.
    package var classes: [Metrics]
    /// Whether each picture was named right, in the order in which they were evaluated; empty where a picture has any
    /// number of classes, or numbers.
    package var hits: [Bool]

    /// These metrics.
    package init(all: Metrics, classes: [Metrics], hits: [Bool] = []) {
        self.all = all
        self.classes = classes
        self.hits = hits
    }
}
