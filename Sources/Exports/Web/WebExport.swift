package import GraftDatasets
internal import GraftFiles
package import GraftModels

/// Writes a model as a web page that looks at pictures on the visitor's own device.
package struct WebExport: Sendable {
    private let model: ModelBundle
    private let title: String
    private let isEightBit: Bool
    /// The most training pictures that the page compares with.
    private static let references = (sixteenBits: 300, eightBits: 150)

    /// An export of a model.
    ///
    /// - Parameters:
    ///   - title: what the page is called.
    ///   - isEightBit: whether large kernels are stored in eight bits instead of sixteen.
    package init(_ model: ModelBundle, title: String, isEightBit: Bool) {
        (self.model, self.title, self.isEightBit) = (model, title, isEightBit)
    }

    /// How far answers may differ.
    private var tolerance: Double { isEightBit ? 0.03 : 0.01 }

    private var description: WebDescription {
        WebDescription(
            model, references: isEightBit ? Self.references.eightBits : Self.references.sixteenBits)
    }

    private func bytes(with description: String) throws -> [UInt8] {
        try WebModel(model.network, model.parameters, isEightBit ? .eightBits : .sixteenBits)
            .bytes(model.preprocessing, description: Array(description.utf8))
    }

    /// Writes one page; it takes its place only where it answers as the model does, if anything can be asked.
    ///
    /// - Parameters:
    ///   - pictures: pictures to compare, besides those that the model keeps.
    ///   - node: the Node.js that is asked; where it is `nil`, nothing is compared.
    /// - Throws: ``ExportError`` where the model cannot be written, or answers differ.
    package func write(to path: String, pictures: [Picture], node: String?) async throws -> ExportOutcome {
        let bytes = try bytes(with: "")
        let proof = try await prove(bytes, path, pictures, node)
        let page = WebPage.page(title: title, description: try description.json(), model: bytes)
        try FileReplacement.write(page, to: path)
        return outcome(path, page.utf8.count, proof)
    }

    /// Writes a folder for a site of one's own: the page, the model, and a module for JavaScript.
    ///
    /// - Throws: ``ExportError`` where the model cannot be written, or answers differ; `FileError` where the folder
    ///   cannot be made.
    package func writeFolder(to path: String, pictures: [Picture], node: String?) async throws
        -> ExportOutcome
    {
        let bytes = try bytes(with: try description.json())
        let proof = try await prove(bytes, path, pictures, node)
        try FolderCreation.create(path)
        var size = 0
        for file in WebPage.folder(title: title, model: bytes) {
            try FileReplacement.write(file.bytes, to: path.appending(name: file.name))
            size += file.bytes.count
        }
        return outcome(path, size, proof)
    }

    private func prove(
        _ bytes: [UInt8], _ path: String, _ pictures: [Picture], _ node: String?
    ) async throws -> ExportGate.Proof? {
        guard let node else { return nil }
        let gate = ExportGate(
            model: model, tolerance: tolerance, remedy: isEightBit ? "Export it in sixteen bits" : nil)
        return try await gate.prove(path, pictures: pictures) { views in
            try await NodeReader(node: node).answers(
                of: bytes, shown: path, preprocessing: model.preprocessing, to: views)
        }
    }

    private func outcome(_ path: String, _ size: Int, _ proof: ExportGate.Proof?) -> ExportOutcome {
        ExportOutcome(
            file: path, bytes: size, reader: proof?.reader, pictures: proof?.pictures ?? 0,
            drift: proof?.drift,
            tolerance: tolerance)
    }
}
