package import GraftDatasets
internal import GraftFiles
internal import GraftImages
package import GraftModels
internal import GraftNetworks
internal import GraftTraining

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Writes a model as a file for other programs, and proves that these answer alike.
package struct ModelExport: Sendable {
    private let model: ModelBundle
    private let options: ONNXOptions

    /// An export of a model.
    ///
    /// - Parameters:
    ///   - layout: the order of a picture's numbers.
    ///   - inputType: their type.
    ///   - isHalf: whether kernels are stored in 16 bits.
    package init(
        _ model: ModelBundle, layout: ONNXOptions.Layout, inputType: ONNXOptions.InputType, isHalf: Bool
    ) throws {
        self.model = model
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let preprocessing = String(decoding: try encoder.encode(model.preprocessing), as: UTF8.self)
        options = ONNXOptions(
            layout: layout, inputType: inputType, isHalf: isHalf,
            metadata: [
                "task": model.task.name, "graft.version": model.graftVersion,
                "graft.preprocessing": preprocessing,
                "graft.network": model.trunk.architecture,
                "graft.weights": model.trunk.weightsDigest.hexadecimal,
            ], producerVersion: GraftVersion.current)
    }

    /// How far answers may differ.
    private var tolerance: Double { options.isHalf ? 0.01 : 1e-4 }

    /// Writes the file; it takes its place only if another program answers as the model does.
    ///
    /// - Parameters:
    ///   - path: where the file will be.
    ///   - pictures: pictures to compare, besides those that the model keeps.
    ///   - python: the Python that has ONNX Runtime or OpenVINO; where it is `nil`, nothing is compared.
    /// - Throws: ``ExportError`` where the model cannot be written, no such library is found, or answers differ.
    package func write(to path: String, pictures: [Picture], python: String?) async throws -> ExportOutcome {
        let export = try ONNXExport(
            network: model.network, parameters: model.parameters, preprocessing: model.preprocessing,
            classes: model.classes, options: options)
        let file = try FileReplacement(path)
        for chunk in export.chunks {
            try Task.checkCancellation()
            try file.write(chunk)
        }
        var outcome = ExportOutcome(file: path, bytes: export.byteCount, pictures: 0, tolerance: tolerance)
        if let python {
            let proof = try await prove(file.temporary, shown: path, pictures: pictures, python: python)
            (outcome.reader, outcome.drift, outcome.pictures) = (proof.reader, proof.drift, proof.pictures)
        }
        try file.commit()
        return outcome
    }

    /// Compares a file with the model.
    ///
    /// - Throws: ``ExportError`` where answers differ by more than the tolerance.
    package func check(_ path: String, pictures: [Picture], python: String) async throws -> ExportOutcome {
        guard let status = try FileStatus.of(path) else {
            throw ExportError(path, found: "does not exist", remedy: "Give the file that was exported")
        }
        let proof = try await prove(path, shown: path, pictures: pictures, python: python)
        return ExportOutcome(
            file: path, bytes: status.byteCount, reader: proof.reader, pictures: proof.pictures,
            drift: proof.drift,
            tolerance: tolerance)
    }

    private func prove(
        _ file: String, shown: String, pictures: [Picture], python: String
    ) async throws -> ExportGate.Proof {
        let gate = ExportGate(
            model: model, tolerance: tolerance,
            remedy: options.isHalf ? "Export it without half precision" : nil)
        let reader = PythonReader(
            python: python, format: .onnx, layout: options.layout, inputType: options.inputType)
        return try await gate.prove(shown, pictures: pictures) { views in
            try await reader.answers(of: file, shown: shown, to: views)
        }
    }
}
