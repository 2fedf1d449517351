package import GraftDatasets
package import GraftNetworks

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

extension MultiLabel: LearningRules {
    package var activation: NetworkOperation? { .activation(.sigmoid) }
    package var usualLoss: Loss { .binaryCrossEntropy }
    package func takes(_ loss: Loss) -> Bool { loss == .binaryCrossEntropy }
    package var lossWords: String { "\(usualLoss)" }
    package var isStandardized: Bool { false }
    package func standardization(of targets: [Target], width: Int) -> Standardization? { nil }

    package func batch(
        _ targets: [Target], width: Int, _ standardization: Standardization?
    ) -> BatchTargets { .rows(targets.flatMap { $0.indicators(width) }, count: targets.count) }

    package func metrics(width: Int) -> any MetricsFold {
        ClassMetrics(width: width, tellsPrecision: true)
    }

    /// The mean over the classes of −log p where the class is right and −log(1 − p) where it is not; a
    /// probability of 0 counts as the least that a number in 32 bits can be.
    package func loss(
        of outputs: [Float], _ target: Target, _ standardization: Standardization?
    ) -> Double {
        func logarithm(_ probability: Float) -> Double {
            log(Double(max(probability, .leastNormalMagnitude)))
        }
        let right = Set(target.classes)
        let sum = outputs.enumerated().reduce(0.0) { sum, output in
            sum - logarithm(right.contains(output.offset) ? output.element : 1 - output.element)
        }
        return sum / Double(max(outputs.count, 1))
    }

    package func answer(_ outputs: [Float], names: [String]) -> Answer {
        Answer(outputs, classes: names, usualCount: outputs.count { $0 >= 0.5 })
    }

    package var outputWords: String { "probabilities" }
    package var namesOneClass: Bool { false }
    package var allowsViews: Bool { true }
    package func example(width: Int) -> Target { .labels([0]) }
}
