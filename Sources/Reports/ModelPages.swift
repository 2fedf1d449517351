package import GraftDatasets
package import GraftFiles
package import GraftInsight
package import GraftModels

/// The pages for people that lie in a model's folder.
package enum ModelPages {
    /// The name of the report.
    package static let report = "report.html"
    /// The name of the model card.
    package static let card = "README.md"

    /// Writes the report and the card of a model that was just trained into its folder.
    ///
    /// - Parameters:
    ///   - path: the model's folder.
    ///   - findings: what is wrong with the data.
    ///   - commands: what does it again, a line each.
    ///   - prediction: what asks the model about a picture.
    ///   - onInspection: is given what the model says of its validation pictures.
    /// - Returns: the report's path; `nil` where the data has none of the validation pictures any more.
    package static func write(
        _ model: ModelBundle, into path: String, dataset: any Dataset, findings: [Finding],
        commands: [String], prediction: String, threads: Int,
        usesCache: Bool, home: GraftHome = .current, onInspection: (Inspection) throws -> Void = { _ in }
    ) async throws -> String? {
        guard let part = Inspection.validationPart(of: model, in: dataset) else { return nil }
        var evaluator = Evaluator(model)
        evaluator.settings.threads = threads
        (evaluator.usesCache, evaluator.home) = (usesCache, home)
        evaluator.includesTrainingPictures = true
        let inspection = try await Inspection(evaluator, part)
        try onInspection(inspection)
        let title = title(of: path)
        let page = try await ModelReport(
            inspection, title: title, part: "validation", dataset: dataset, notes: findings,
            commands: commands, threads: threads
        ).page()
        let file = path.appending(name: report)
        try FileReplacement.write(page, to: file)
        try FileReplacement.write(
            ModelCard(model, title: title, command: prediction).text, to: path.appending(name: card))
        return file
    }

    /// What a model at this path is called.
    package static func title(of path: String) -> String {
        path.withoutTrailingSlashes.split(separator: "/").last.map(String.init) ?? path
    }
}
