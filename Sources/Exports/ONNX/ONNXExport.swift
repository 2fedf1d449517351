internal import GraftFiles
package import GraftImages
package import GraftNetworks
internal import GraftTensors

/// A model as an ONNX file: opset 17, IR version 8, one file.
///
/// The input is called ``inputName``: a batch of any size of pictures of the network's input size, red, green
/// and blue from 0 to 255. Colour order, mean and scale are part of the graph. BatchNorm is part of the
/// convolutions. Message and field numbers are those of onnx.proto (https://github.com/onnx/onnx).
package struct ONNXExport: Sendable {
    /// What the input is called.
    package static let inputName = "pixels"
    /// The names of the outputs. A single one is "probabilities" where the network ends with softmax or
    /// sigmoid, else "numbers"; several have the names of their nodes.
    package let outputNames: [String]
    /// The size of the file.
    package let byteCount: Int
    /// The bytes of the file, in order.
    package let chunks: ONNXChunks

    /// The greatest size of a message of protocol buffers, and so of the file.
    private static let greatestSize = Int(Int32.max)

    /// The file of a network with its parameters. Weights are read when ``chunks`` are.
    ///
    /// - Parameters:
    ///   - preprocessing: what makes a picture the network's input.
    ///   - classes: the labels in the order of the outputs, for the entry `names`; none for no such entry.
    /// - Throws: ``ExportError`` where a node cannot be written, the parts do not fit together, or the file
    ///   would be larger than 2 GB; ``NetworkError`` where a parameter is missing or misshapen.
    package init(
        network: Network, parameters: ParameterStore, preprocessing: Preprocessing, classes: [String],
        options: ONNXOptions
    ) throws {
        try Self.check(network, preprocessing, classes)
        outputNames = network.onnxOutputNames
        var graph = ONNXGraph(reserving: [Self.inputName] + outputNames)
        let pixels = graph.addPixels(preprocessing, options)
        var translation = try ONNXTranslation(
            network, parameters, isHalf: options.isHalf, input: pixels, in: graph)
        let outputs = try translation.addOutputs(named: outputNames, options.layout)
        let size = [preprocessing.height, preprocessing.width]
        let input = ONNXValueInfo(
            name: Self.inputName, type: options.inputType == .uint8 ? .uint8 : .float32,
            dimensions: options.layout == .nhwc ? size + [3] : [3] + size)
        let metadata = try Self.metadata(preprocessing, classes, options)
        let file = ONNXFile(
            name: network.name, graph: translation.graph, inputs: [input], outputs: outputs,
            metadata: metadata, options: options)
        (chunks, byteCount) = (ONNXChunks(pieces: file.pieces), file.byteCount)
        guard byteCount <= Self.greatestSize else {
            throw ExportError(
                "\(network.name) as ONNX", found: "takes \(byteCount.grouped) bytes",
                expected: "at most \(Self.greatestSize.grouped) in one file",
                remedy: options.isHalf
                    ? "Use a smaller network" : "Export it with weights in 16 bits, or use a smaller network")
        }
    }

    /// Refuses parts that do not fit together.
    private static func check(
        _ network: Network, _ preprocessing: Preprocessing, _ classes: [String]
    ) throws(ExportError) {
        guard network.inputs.count == 1 else {
            throw ExportError(
                "network \(network.name)", found: "has \(network.inputs.count) inputs",
                expected: "one, a picture")
        }
        let wanted = [preprocessing.height, preprocessing.width, preprocessing.channels]
        guard let shape = network.inputShape, shape.dimensions == wanted else {
            throw ExportError(
                "network \(network.name)",
                found: "takes \(network.inputShape?.description ?? "nothing")",
                expected: "\(wanted), which its preprocessing gives")
        }
        guard network.outputs.count == 1 || !network.outputs.contains(inputName) else {
            throw ExportError(
                "network \(network.name)", found: "has an output called \(inputName)",
                expected: "another name: the input of the file is called so")
        }
        guard classes.isEmpty || network.outputShape.dimensions == [classes.count] else {
            throw ExportError(
                "network \(network.name)", found: "gives numbers of shape \(network.outputShape)",
                expected: "one for each of \(classes.count) classes")
        }
    }

    /// `names` and `imgsz` as Ultralytics' exports have them, and what was given, sorted.
    private static func metadata(
        _ preprocessing: Preprocessing, _ classes: [String], _ options: ONNXOptions
    ) throws(ExportError) -> [(key: String, value: String)] {
        var own = ["imgsz": "[\(preprocessing.height), \(preprocessing.width)]"]
        if !classes.isEmpty {
            let members = classes.enumerated().map { "\"\($0)\": \($1.quotedForJSON)" }
            own["names"] = "{\(members.joined(separator: ", "))}"
        }
        if let key = own.keys.sorted().first(where: { options.metadata[$0] != nil }) {
            throw ExportError(
                "metadata \(key)", found: "is given", expected: "a name that the export does not write itself"
            )
        }
        return own.merging(options.metadata) { own, _ in own }.sorted { $0.key < $1.key }
    }
}
