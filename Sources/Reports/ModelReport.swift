package import GraftDatasets
internal import GraftExecution
internal import GraftFiles
internal import GraftImages
package import GraftInsight
internal import GraftModels
internal import GraftTraining

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Makes the report of a model from what it says of labelled pictures.
package struct ModelReport: Sendable {
    private let inspection: Inspection
    private let title: String
    private let part: String
    private let notes: [Finding]
    private let cards: ReportCards
    private let commands: [String]

    /// The most pictures that a report shows: a page of so many stays below 15 MB.
    private static let mostMistakes = 150
    private static let mostUnlike = 40

    /// - Parameters:
    ///   - inspection: what the model says of the pictures.
    ///   - title: the name of the model.
    ///   - part: which pictures they are, as in "validation".
    ///   - dataset: where all of the data is, in which the pictures that the model was trained on may be.
    ///   - notes: what is wrong with the data.
    ///   - commands: what does it again, a line each.
    package init(
        _ inspection: Inspection, title: String, part: String, dataset: any Dataset, notes: [Finding],
        commands: [String], threads: Int
    ) throws {
        self.inspection = inspection
        self.title = title
        self.part = part
        self.notes = notes
        self.commands = commands
        cards = ReportCards(inspection, dataset, threads: threads)
    }

    private var model: ModelBundle { inspection.model }

    /// The page.
    package func page() async throws -> [UInt8] {
        ReportPage(try await content()) { SHA256Digest(of: $0).bytes }.html
    }

    /// All that the page shows.
    package func content() async throws -> ReportContent {
        let order = inspection.mistakesWorstFirst
        let shown = Array(order.prefix(Self.mostMistakes))
        let unlike = inspection.pictures.indices.filter { inspection.pictures[$0].isUnlike }
        return ReportContent(
            title: title, summary: summary(order.count), scoreName: model.validation.scoreName,
            figures: figures,
            classes: model.task.rules.hasClasses ? model.classes : [],
            pictureCount: inspection.pictures.count,
            mistakeCount: model.task.rules.hasClasses ? order.count : nil,
            mistakes: try await cards.cards(shown, explains: true),
            unlike: try await cards.cards(Array(unlike.prefix(Self.mostUnlike)), explains: false),
            confusion: confusion(shown), perClass: perClass, numbers: numbers, calibration: calibration,
            stages: stages, schedule: schedule, notes: notes.map(ReportContent.Note.init),
            provenance: provenance,
            commands: commands)
    }

    // MARK: Figures

    private var evaluation: Evaluation { inspection.evaluation }

    private func summary(_ mistakes: Int) -> String {
        let pictures = inspection.pictures.count
        let origin = "\(model.trunk.architecture) with \(model.trunk.weightsOrigin) weights"
        let what =
            model.task.rules.hasClasses
            ? "tells \(model.classes.count) classes apart"
            : "reads \(model.classes.joined(separator: ", ")) off pictures"
        let first = "This model \(what); it was made from \(origin) by the recipe \(model.recipe.name)."
        if inspection.hasOneClassEach {
            let interval = evaluation.top1Interval
            return first
                + " Of \(pictures) \(part) pictures it gets \(pictures - mistakes) right: \(evaluation.top1.fixed(3)), "
                + "and of other pictures like these between \(interval[0].fixed(3)) and \(interval[1].fixed(3)) (95 %)."
        }
        if let precision = evaluation.meanAveragePrecision {
            return first
                + " On \(pictures) \(part) pictures its mean average precision is \(precision.fixed(3))."
        }
        let words = (evaluation.numbers ?? []).prefix(4).map {
            "\($0.name) by \($0.errors.meanAbsolute.fixed(3))"
        }
        return first
            + " On \(pictures) \(part) pictures it is off in the mean: \(words.joined(separator: ", "))."
    }

    private var figures: [ReportContent.Figure] {
        var figures: [ReportContent.Figure] = []
        func add(_ name: String, _ value: Double?, _ interval: String? = nil) {
            guard let value else { return }
            figures.append(ReportContent.Figure(name: name, value: value.fixed(3), interval: interval))
        }
        if let statistics = inspection.classification {
            let interval = evaluation.top1Interval
            add(
                "top-1", statistics.accuracy,
                "95 % between \(interval[0].fixed(3)) and \(interval[1].fixed(3))")
            if model.classes.count > 5 { add("top-5", statistics.topAccuracy[5]) }
            add("balanced accuracy", statistics.balancedAccuracy)
            add("macro F1", statistics.macro?.f1)
            add("Cohen's kappa", statistics.cohensKappa)
            add("ROC AUC", statistics.macroROCAUC)
        } else if let statistics = inspection.multiLabel {
            add("mAP", statistics.meanAveragePrecision)
        }
        add("loss", evaluation.loss)
        if let test = model.test { add("test \(test.scoreName)", test.score, "\(test.images) pictures") }
        return figures
    }

    private var perClass: [ReportContent.ClassRow] {
        if let statistics = inspection.classification {
            return zip(model.classes, statistics.classes).map { name, scores in
                ReportContent.ClassRow(
                    name: name, support: scores.support, precision: scores.precision, recall: scores.recall,
                    f1: scores.f1)
            }
        }
        guard let statistics = inspection.multiLabel else { return [] }
        return model.classes.indices.map { label in
            let scores = statistics.classes[label]
            return ReportContent.ClassRow(
                name: model.classes[label], support: scores.support, precision: scores.precision,
                recall: scores.recall, f1: scores.f1, averagePrecision: statistics.averagePrecision[label],
                threshold: statistics.bestThresholds[label].map(Double.init))
        }
    }

    private func confusion(_ shown: [Int]) -> [ReportContent.ConfusionCell] {
        guard let statistics = inspection.classification else { return [] }
        let answers = inspection.answers
        var cards: [[Int]: [Int]] = [:]
        for (card, picture) in shown.enumerated() {
            let given = inspection.pictures[picture].target.classes.first ?? 0
            cards[[given, answers[picture]], default: []].append(card)
        }
        return statistics.confusion.counts.enumerated().flatMap { given, row in
            row.enumerated().filter { $0.element > 0 }.map { answered, count in
                ReportContent.ConfusionCell(
                    given: given, answered: answered, count: count, cards: cards[[given, answered]] ?? [])
            }
        }
    }

    /// The most points of a chart.
    private static let mostPoints = 2000

    private var numbers: [ReportContent.NumberRow] {
        (evaluation.numbers ?? []).enumerated().map { index, number in
            let pictures = inspection.pictures
            let step = max(pictures.count / Self.mostPoints, 1)
            let points = stride(from: 0, to: pictures.count, by: step).map { picture in
                [pictures[picture].target.numbers[index], Double(pictures[picture].outputs[index])]
            }
            return ReportContent.NumberRow(
                name: number.name, meanAbsolute: number.errors.meanAbsolute,
                rootMeanSquare: number.errors.rootMeanSquare, determination: number.errors.determination,
                points: Array(points.prefix(Self.mostPoints)))
        }
    }

    private var calibration: ReportContent.Calibration? {
        guard let calibration = inspection.calibration, let error = calibration.expectedError,
            let band = calibration.band
        else { return nil }
        return ReportContent.Calibration(
            bins: calibration.bins.map { bin in
                ReportContent.Calibration.Bin(
                    confidence: bin.meanConfidence, accuracy: bin.accuracy, count: bin.count)
            }, error: error, band: [band.lowerBound, band.upperBound], temperature: nil)
    }

    // MARK: How it came about

    private var stages: [ReportContent.Stage] {
        model.stages.map { record in
            ReportContent.Stage(
                name: record.name, isKept: record.isKept, reason: record.reason,
                epochs: record.epochs.map { epoch in
                    ReportContent.Stage.Epoch(
                        training: epoch.loss, validation: epoch.validation.loss, score: epoch.validation.score
                    )
                }, keptEpoch: record.epochs.firstIndex { $0.epoch == record.bestEpoch })
        }
    }

    private var schedule: [ReportContent.Entry] {
        model.recipe.stages.map { stage in
            var words = [
                "\(stage.epochs) epochs", "\(stage.optimizer.rule.rawValue), rate \(stage.learningRate)",
            ]
            words.append("batches of \(stage.batchSize)")
            if stage.labelSmoothing > 0 { words.append("label smoothing \(stage.labelSmoothing)") }
            return ReportContent.Entry(name: stage.name, value: words.joined(separator: ", "))
        }
    }

    private var provenance: [ReportContent.Entry] {
        let origin = model.provenance
        let pairs = [
            ("Graft", model.graftVersion), ("recipe", model.recipe.name), ("seed", "\(model.seed)"),
            ("network", model.trunk.architecture), ("weights", model.trunk.weightsFile),
            ("weights' SHA-256", model.trunk.weightsDigest.hexadecimal),
            ("precision", model.trunk.precision.rawValue),
            ("input", "\(model.preprocessing.width) x \(model.preprocessing.height) pixels"),
            ("data", origin.dataFolder), ("made", origin.date.formatted(.iso8601)),
            (
                "processor",
                "\(origin.processor.name) (\(origin.processor.architecture)), \(origin.threads) threads"
            ),
            ("oneDNN", origin.oneDNN),
        ]
        return pairs.filter { !$0.1.isEmpty }.map { ReportContent.Entry(name: $0.0, value: $0.1) }
    }
}

extension ReportContent.Note {
    fileprivate init(_ finding: Finding) {
        let severity =
            switch finding.severity {
            case .leftOut: "left out"
            case .warning: "warning"
            case .note: "note"
            }
        self.init(severity: severity, text: finding.message)
    }
}
