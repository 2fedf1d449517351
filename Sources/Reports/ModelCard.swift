internal import GraftDatasets
internal import GraftExecution
internal import GraftFiles
internal import GraftImages
package import GraftModels
internal import GraftTraining

/// The model in words, with the lines that places which share models read: a model card.
package struct ModelCard: Sendable {
    private let model: ModelBundle
    private let title: String
    private let command: String

    /// The card of a model of this name.
    ///
    /// - Parameter command: what asks the model about a picture.
    package init(_ model: ModelBundle, title: String, command: String) {
        self.model = model
        self.title = title
        self.command = command
    }

    /// The text, Markdown with a head in YAML.
    package var text: String {
        let task =
            !model.task.rules.hasClasses
            ? "image-feature-extraction" : "image-classification"
        var lines = [
            "---", "library_name: graft", "pipeline_tag: \(task)", "tags:", "- image-classification",
            "- transfer-learning", "- \(model.trunk.architecture.yamlText)", "---", "",
            "# \(title.markdownText)", "",
        ]
        if !model.task.rules.hasClasses { lines.removeAll { $0 == "- image-classification" } }
        let validation = model.validation
        lines.append(
            "\(model.task.rules.hasClasses ? "Tells classes of pictures apart" : "Reads numbers off pictures"), made with Graft "
                + "\(model.graftVersion) from \(model.trunk.architecture) (\(model.trunk.weightsOrigin) weights) by the recipe "
                + "`\(model.recipe.name)`.")
        lines += ["", "| | |", "| --- | --- |"]
        func row(_ name: String, _ value: String) { lines.append("| \(name) | \(value.markdownText) |") }
        row(model.task.rules.hasClasses ? "classes" : "numbers", model.classes.joined(separator: ", "))
        row(
            "validation \(validation.scoreName)",
            "\(validation.score.shortened) of \(validation.images) pictures")
        if let test = model.test {
            row("test \(test.scoreName)", "\(test.score.shortened) of \(test.images) pictures")
        }
        row("pictures", "\(model.provenance.pictures.values.reduce(0, +))")
        row("input", "\(model.preprocessing.width) x \(model.preprocessing.height) pixels")
        row("precision", model.trunk.precision.rawValue)
        row("weights", "\(model.trunk.weightsFile), SHA-256 \(model.trunk.weightsDigest.hexadecimal)")
        lines += [
            "", "## Use", "", "```sh", command, "```", "",
            "`report.html` shows its mistakes with their pictures.", "", "## Limits", "",
            "It knows what stands above and nothing else. A picture that is unlike those it was trained on is told as such; what "
                + "it says of it means little. How good it is was measured on pictures like those it was trained on.",
            "",
        ]
        return lines.joined(separator: "\n")
    }
}

extension String {
    /// The text without what Markdown would take for its own.
    fileprivate var markdownText: String {
        reduce(into: "") { text, character in
            if character.isNewline {
                text.append(" ")
            } else {
                if "\\`*_{}[]<>|#".contains(character) { text.append("\\") }
                text.append(character)
            }
        }
    }

    /// The text as a YAML word.
    fileprivate var yamlText: String { filter { $0.isLetter || $0.isNumber || "._-".contains($0) } }
}
