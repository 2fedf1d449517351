package import GraftDatasets
package import GraftNetworks

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

extension Classification: LearningRules {
    package var activation: NetworkOperation? { .softmax }
    package var usualLoss: Loss { .crossEntropy }
    package func takes(_ loss: Loss) -> Bool { loss == .crossEntropy }
    package var lossWords: String { "\(usualLoss)" }
    package var isStandardized: Bool { false }
    package func standardization(of targets: [Target], width: Int) -> Standardization? { nil }

    package func batch(
        _ targets: [Target], width: Int, _ standardization: Standardization?
    ) -> BatchTargets { .labels(targets.map { $0.classes.first ?? 0 }) }

    package func metrics(width: Int) -> any MetricsFold { ClassMetrics(width: width) }

    /// −log p of the right class; a probability of 0 counts as the least that a number in 32 bits can be.
    package func loss(
        of outputs: [Float], _ target: Target, _ standardization: Standardization?
    ) -> Double { -log(Double(max(outputs[target.classes.first ?? 0], .leastNormalMagnitude))) }

    package func answer(_ outputs: [Float], names: [String]) -> Answer {
        Answer(outputs, classes: names, usualCount: 1)
    }

    package var outputWords: String { "probabilities" }
    package var namesOneClass: Bool { true }
    package var allowsViews: Bool { true }
    package func example(width: Int) -> Target { .label(0) }
}
