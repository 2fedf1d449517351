package import GraftDatasets
internal import GraftFiles
internal import GraftImages
package import GraftModels

/// Writes a model as a Keras file, where its training can go on, and proves that Keras answers alike.
package struct KerasModelExport: Sendable {
    private let model: ModelBundle
    private static let tolerance = 1e-4

    /// An export of a model.
    package init(_ model: ModelBundle) { self.model = model }

    /// Writes the file; it takes its place only if Keras answers as the model does.
    ///
    /// - Parameters:
    ///   - pictures: pictures to compare, besides those that the model keeps.
    ///   - python: the Python that has Keras 3; where it is `nil`, nothing is compared.
    /// - Throws: ``ExportError`` where Keras cannot have the network, there is no Keras, or answers differ.
    package func write(to path: String, pictures: [Picture], python: String?) async throws -> ExportOutcome {
        let classes = model.classes.enumerated().map { "\"\($0)\": \($1.quotedForJSON)" }
        let export = try KerasExport(
            network: model.network, parameters: model.parameters, name: "graft",
            pixels: model.preprocessing.kerasPixels,
            metadata: ["names": "{\(classes.joined(separator: ", "))}", "task": model.task.name])
        let file = try FileReplacement(path)
        try export.write(to: file, subject: path)
        let size = try FileStatus.of(file.temporary)?.byteCount ?? 0
        var outcome = ExportOutcome(file: path, bytes: size, pictures: 0, tolerance: Self.tolerance)
        if let python {
            let gate = ExportGate(model: model, tolerance: Self.tolerance, remedy: nil)
            let reader = PythonReader(python: python, format: .keras, layout: .nhwc, inputType: .float32)
            let temporary = file.temporary
            let proof = try await gate.prove(path, pictures: pictures) { views in
                try await reader.answers(of: temporary, shown: path, to: views)
            }
            (outcome.reader, outcome.drift, outcome.pictures) = (proof.reader, proof.drift, proof.pictures)
        }
        try file.commit()
        return outcome
    }
}

extension Preprocessing {
    /// What the network expects of a picture, as Keras' layers compute it.
    fileprivate var kerasPixels: KerasPixels {
        let order: KerasPixels.ColorOrder =
            switch colorOrder {
            case .rgb: .rgb
            case .bgr: .bgr
            case .grey: .grey
            }
        return KerasPixels(colorOrder: order, mean: mean, scale: scale)
    }
}
