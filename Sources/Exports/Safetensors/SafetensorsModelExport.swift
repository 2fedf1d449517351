internal import GraftArchitectures
internal import GraftFiles
package import GraftModels
internal import GraftWeightFiles

/// Writes a model's weights as a safetensors file with the names and shapes of the network's source, so that its own program
/// takes them: `load_state_dict` of PyTorch for networks of torchvision and timm.
package struct SafetensorsModelExport: Sendable {
    private let model: ModelBundle
    private let isHalf: Bool

    /// An export of a model.
    ///
    /// - Parameter isHalf: whether numbers are stored in 16 bits.
    package init(_ model: ModelBundle, isHalf: Bool) { (self.model, self.isHalf) = (model, isHalf) }

    /// Writes the file and reads it back.
    ///
    /// - Throws: `CatalogueError` where the network is none that Graft knows by name; ``ExportError`` where it cannot be
    ///   written, or is not what was to be written.
    package func write(to path: String) throws -> ExportOutcome {
        let architecture = try Architecture.named(model.trunk.architecture)
        let entries = architecture.entries(of: model.network)
        let export = try SafetensorsExport(
            entries, parameters: model.parameters, isHalf: isHalf,
            metadata: architecture.source == .keras ? [:] : ["format": "pt"])
        try export.write(to: path)
        let read = try WeightFile.read(path)
        guard read.count == entries.count else {
            throw ExportError(
                path, found: "has \(read.count) tensors",
                expected: "\(entries.count), which were written")
        }
        return ExportOutcome(
            file: path, bytes: try FileStatus.of(path)?.byteCount ?? 0, pictures: 0, tolerance: 0)
    }
}
