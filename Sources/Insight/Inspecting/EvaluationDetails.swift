internal import GraftDatasets
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

    /// How often the right class is in the sets that the model gives for a coverage.
    private struct Coverage: Sendable, Encodable {
        /// The share that was asked for.
        var asked: Double
        /// The share that was found.
        var found: Double
        /// The range in which it lies with a probability of 95 %, by the number of validation pictures.
        var band: [Double]
        /// The mean number of classes in a set.
        var classes: Double
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
    private var coverage: Coverage?
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
        coverage = Self.coverage(inspection)
        if inspection.model.references?.threshold != nil, !inspection.pictures.isEmpty {
            unlike = Double(inspection.pictures.count { $0.isUnlike }) / Double(inspection.pictures.count)
        }
    }

    /// The coverage that is looked at.
    private static let usualCoverage = 0.9

    /// How often the right class is in its set; `nil` where the model gives no sets.
    private static func coverage(_ inspection: Inspection) -> Coverage? {
        guard !inspection.pictures.isEmpty, inspection.hasOneClassEach,
            let sets = try? CoverageSets(inspection.model, coverage: usualCoverage)
        else { return nil }
        let found = inspection.pictures.map { sets.positions(in: $0.outputs) }
        let count = Double(found.count)
        let hits = zip(inspection.pictures, found).count { $1.contains($0.target.classes.first ?? -1) }
        return Coverage(
            asked: usualCoverage, found: Double(hits) / count,
            band: [sets.band.lowerBound, sets.band.upperBound],
            classes: Double(found.reduce(0) { $0 + $1.count }) / count)
    }
}
