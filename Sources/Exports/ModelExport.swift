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
    /// What an export came to.
    package struct Outcome: Sendable, Codable {
        /// The file.
        package var file: String
        /// Its size.
        package var bytes: Int
        /// What read the file and answered: a library of Python and its version; `nil` where nothing was asked.
        package var reader: String?
        /// How many pictures were compared.
        package var pictures: Int
        /// The greatest difference of an answer; of numbers in their standard deviations.
        package var drift: Double?
        /// What it may be.
        package var tolerance: Double
    }

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
    package func write(to path: String, pictures: [Picture], python: String?) async throws -> Outcome {
        let export = try ONNXExport(
            network: model.network, parameters: model.parameters, preprocessing: model.preprocessing,
            classes: model.classes, options: options)
        let file = try FileReplacement(path)
        for chunk in export.chunks {
            try Task.checkCancellation()
            try file.write(chunk)
        }
        var outcome = Outcome(file: path, bytes: export.byteCount, pictures: 0, tolerance: tolerance)
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
    package func check(_ path: String, pictures: [Picture], python: String) async throws -> Outcome {
        guard let status = try FileStatus.of(path) else {
            throw ExportError(path, found: "does not exist", remedy: "Give the file that was exported")
        }
        let proof = try await prove(path, shown: path, pictures: pictures, python: python)
        return Outcome(
            file: path, bytes: status.byteCount, reader: proof.reader, pictures: proof.pictures,
            drift: proof.drift,
            tolerance: tolerance)
    }

    private func prove(
        _ file: String, shown: String, pictures: [Picture], python: String
    ) async throws -> (reader: String, drift: Double, pictures: Int) {
        var views = model.goldenViews
        for picture in pictures {
            guard let image = picture.load().decode().image else { continue }
            views.append(model.preprocessing.view(of: image))
        }
        let expected = try await model.answers(toViews: views)
        let reader = PythonReader(python: python, layout: options.layout, inputType: options.inputType)
        let (name, answers) = try await reader.answers(of: file, shown: shown, to: views)
        var drift = 0.0
        for (own, other) in zip(expected, answers) {
            guard own.count == other.count else {
                throw ExportError(
                    shown, found: "gives \(other.count) numbers a picture in \(name)",
                    expected: "\(own.count)")
            }
            for (position, (left, right)) in zip(own, other).enumerated() {
                let unit = model.standardization?.deviation[position] ?? 1
                let difference = abs(Double(left) - Double(right)) / unit
                drift = difference.isNaN ? .infinity : max(drift, difference)
            }
        }
        guard answers.count == expected.count, drift <= tolerance else {
            throw ExportError(
                shown, found: "answers otherwise in \(name): by \(drift) at most on \(views.count) pictures",
                expected: "at most \(tolerance)",
                remedy: options.isHalf ? "Export it without half precision" : nil)
        }
        return (name, drift, views.count)
    }
}
