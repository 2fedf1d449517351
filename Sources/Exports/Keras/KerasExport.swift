package import GraftFiles
package import GraftNetworks
internal import GraftTensors
internal import GraftWeightFiles

/// A model as a Keras 3 file (`.keras`): a functional model that goes on learning there.
///
/// The input is called ``inputName``: a batch of pictures of the network's input size, red, green and blue
/// from 0 to 255. Colour order, mean and scale are part of the model. BatchNorms and dropouts stay layers.
/// Layers are called as the nodes are, as far as Keras accepts that. The same model gives the same bytes.
package struct KerasExport: Sendable {
    /// What the input is called.
    package static let inputName = "pixels"
    /// The version whose format is written.
    private static let kerasVersion = "3.15.1"
    /// A time that is always the same: the first that zip archives know.
    private static let date = "1980-01-01@00:00:00"

    /// The names of the layers that give the outputs.
    package var outputNames: [String] { model.outputs }

    private let model: KerasModel
    private let metadata: [String: String]

    /// The file of a network with its parameters. Weights are read when it is written.
    ///
    /// - Parameters:
    ///   - name: what the model is called.
    ///   - pixels: what the network expects of a picture.
    ///   - metadata: texts for `metadata.json`, which Keras itself does not read.
    /// - Throws: ``ExportError`` where Keras cannot have a node, or the parts do not fit together;
    ///   ``NetworkError`` where a parameter is missing or misshapen.
    package init(
        network: Network, parameters: ParameterStore, name: String, pixels: KerasPixels,
        metadata: [String: String] = [:]
    ) throws {
        let network = try network.ending(at: network.outputs)
        try KerasExport.check(network, pixels)
        let translation = try KerasTranslation(network, parameters, pixels, input: Self.inputName)
        let outputs = try network.outputs.map { node throws(ExportError) in try translation.layer(of: node) }
        model = KerasModel(translation.graph, name: name, outputs: outputs)
        self.metadata = metadata
    }

    /// Writes the file.
    ///
    /// - Parameter subject: what errors call the file.
    /// - Throws: `FileError` where the output cannot be written, `WeightFileError` where the weights cannot
    ///   be stored.
    package func write(to output: any ByteOutput, subject: String) throws {
        let weights = try HDF5Writer(model.weights, subject: subject)
        var archive = ZipWriter(output, subject: subject)
        try archive.add("metadata.json", Array(description.text.utf8))
        try archive.add("config.json", Array(model.configuration.text.utf8))
        try unsafe archive.add("model.weights.h5", byteCount: weights.byteCount) {
            try unsafe weights.write(to: $0)
        }
        try archive.finish()
    }

    /// `metadata.json`.
    private var description: JSONValue {
        let own = ["keras_version": Self.kerasVersion, "date_saved": Self.date]
        let all = metadata.merging(own) { $1 }.sorted { $0.key < $1.key }
        return .object(all.map { JSONValue.Member(key: $0.key, value: .text($0.value)) })
    }

    /// Refuses parts that do not fit together.
    private static func check(_ network: Network, _ pixels: KerasPixels) throws(ExportError) {
        guard network.inputs.count == 1 else {
            throw ExportError(
                "network \(network.name)", found: "has \(network.inputs.count) inputs",
                expected: "one, a picture")
        }
        guard let shape = network.inputShape, shape.rank == 3, shape[2] == pixels.channels else {
            throw ExportError(
                "network \(network.name)", found: "takes \(network.inputShape?.description ?? "nothing")",
                expected: "[height, width, \(pixels.channels)]")
        }
        guard pixels.mean.count == pixels.channels, pixels.scale.count == pixels.channels,
            (pixels.mean + pixels.scale).allSatisfy(\.isFinite)
        else {
            throw ExportError(
                "network \(network.name)", found: "has means or scales that are no \(pixels.channels) numbers"
            )
        }
    }
}
