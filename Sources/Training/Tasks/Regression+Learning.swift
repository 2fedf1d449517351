package import GraftDatasets
package import GraftNetworks

extension Regression: LearningRules {
    package var activation: NetworkOperation? { nil }
    package var usualLoss: Loss { .meanSquaredError }
    package func takes(_ loss: Loss) -> Bool { !loss.isOfClasses }
    package var lossWords: String { "one for numbers" }
    package var isStandardized: Bool { true }

    package func standardization(of targets: [Target], width: Int) -> Standardization? {
        Standardization(of: targets.map(\.numbers), width: width)
    }

    package func batch(
        _ targets: [Target], width: Int, _ standardization: Standardization?
    ) -> BatchTargets {
        let rows = targets.flatMap {
            standardization?.standardized($0.numbers) ?? $0.numbers.map { Float($0) }
        }
        return .rows(rows, count: targets.count)
    }

    package func metrics(width: Int) -> any MetricsFold { NumberMetrics(width: width) }

    /// The mean of the squared errors, each in standard deviations of its number.
    package func loss(
        of outputs: [Float], _ target: Target, _ standardization: Standardization?
    ) -> Double {
        let squares = outputs.indices.reduce(0.0) { sum, index in
            let unit = standardization?.deviation[index] ?? 1
            let error = (Double(outputs[index]) - target.numbers[index]) / unit
            return sum + error * error
        }
        return squares / Double(max(outputs.count, 1))
    }

    package func answer(_ outputs: [Float], names: [String]) -> Answer {
        Answer(outputs, numbers: zip(names, outputs).map { PredictedNumber(name: $0, value: Double($1)) })
    }

    package var outputWords: String { "numbers" }
    package var namesOneClass: Bool { false }
    package var allowsViews: Bool { false }

    package func example(width: Int) -> Target {
        .numbers([Double](repeating: 0.5, count: width))
    }
}
