internal import GraftModels
internal import GraftTraining

/// What an evaluation tells beside its headline figures, for programs.
package struct EvaluationDetails: Sendable, Encodable {
    /// The figures of a class.
    private struct ClassDetails: Sendable, Encodable {
        var name: String
        var support: Int
        var precision: Double?
        var recall: Double?
        var f1: Double?
        var rocAUC: Double?
        var averagePrecision: Double?
        var threshold: Double?
    }

    /// How often each class is taken for each.
    private struct Confusion: Sendable, Encodable {
        /// The names of rows and columns.
        var classes: [String]
        /// For each right class how often each class is the answer.
        var counts: [[Int]]
    }

    /// How far probabilities can be believed.
    private struct CalibrationDetails: Sendable, Encodable {
        var expectedCalibrationError: Double?
        /// Between which values the error of a perfectly calibrated model is in 95 % of sets of this size.
        var band: [Double]?
        var bins: [ReliabilityBin]
    }

    private var perClass: [ClassDetails]?
    private var macro: AveragedScores?
    private var weighted: AveragedScores?
    private var balancedAccuracy: Double?
    private var cohensKappa: Double?
    private var matthewsCorrelation: Double?
    private var rocAUC: Double?
    private var confusion: Confusion?
    private var calibration: CalibrationDetails?
    /// The share of pictures that are unlike anything that the model was trained on.
    private var unlike: Double?

    /// The details of an inspection.
    package init(_ inspection: Inspection) {
        let names = inspection.model.classes
        if let statistics = inspection.classification {
            perClass = names.indices.map { label in
                let scores = statistics.classes[label]
                return ClassDetails(
                    name: names[label], support: scores.support, precision: scores.precision,
                    recall: scores.recall, f1: scores.f1, rocAUC: statistics.rocAUC[label],
                    averagePrecision: statistics.averagePrecision[label])
            }
            (macro, weighted) = (statistics.macro, statistics.weighted)
            (balancedAccuracy, cohensKappa) = (statistics.balancedAccuracy, statistics.cohensKappa)
            (matthewsCorrelation, rocAUC) = (statistics.matthewsCorrelation, statistics.macroROCAUC)
            confusion = Confusion(classes: names, counts: statistics.confusion.counts)
            if let found = inspection.calibration {
                calibration = CalibrationDetails(
                    expectedCalibrationError: found.expectedError,
                    band: found.band.map { [$0.lowerBound, $0.upperBound] }, bins: found.bins)
            }
        } else if let statistics = inspection.multiLabel {
            perClass = names.indices.map { label in
                let scores = statistics.classes[label]
                return ClassDetails(
                    name: names[label], support: scores.support, precision: scores.precision,
                    recall: scores.recall, f1: scores.f1,
                    averagePrecision: statistics.averagePrecision[label],
                    threshold: statistics.bestThresholds[label].map(Double.init))
            }
        }
        if inspection.model.references?.threshold != nil, !inspection.pictures.isEmpty {
            unlike = Double(inspection.pictures.count { $0.isUnlike }) / Double(inspection.pictures.count)
        }
    }
}
