internal import GraftNetworks
internal import GraftTensors

extension ONNXTranslation {
    /// Names the values of the network's outputs, feature maps in this layout, and describes them.
    mutating func addOutputs(
        named names: [String], _ layout: ONNXOptions.Layout
    ) throws(ExportError) -> [ONNXValueInfo] {
        var infos: [ONNXValueInfo] = []
        // What values are called since they are outputs.
        var finished: [String: String] = [:]
        for (node, name) in zip(network.outputs, names) {
            let value = try value(of: node)
            var dimensions = network.shape(of: node)?.dimensions ?? []
            var current = finished[value.name] ?? value.name
            var isOwn = finished[value.name] == nil
            if value.isConstant {
                current = repeated(current, rank: dimensions.count)
                isOwn = true
            }
            if dimensions.count == 3 {
                switch layout {
                case .nhwc:
                    current = channelsLast(current)
                    isOwn = true
                case .nchw: dimensions = [dimensions[2], dimensions[0], dimensions[1]]
                }
            }
            graph.finish(current, as: name, isRenamed: isOwn)
            if current == value.name { finished[current] = name }
            infos.append(ONNXValueInfo(name: name, type: .float32, dimensions: dimensions))
        }
        return infos
    }
}

extension Network {
    /// What the outputs are called in an ONNX file.
    var onnxOutputNames: [String] {
        guard outputs.count == 1 else { return outputs }
        return [givesProbabilities(outputs[0]) ? "probabilities" : "numbers"]
    }

    /// Whether a node's numbers are those of a softmax or sigmoid.
    private func givesProbabilities(_ name: String) -> Bool {
        guard let position = position(of: name) else { return false }
        let node = nodes[position]
        switch node.operation {
        case .softmax, .activation(.sigmoid): return true
        case .flatten, .dropout: return givesProbabilities(node.inputs[0])
        case .input, .convolution, .batchNormalization, .activation, .add, .multiply, .concatenate, .pooling,
            .globalAveragePooling, .adaptiveAveragePooling, .localResponseNormalization, .dense, .parameter:
            return false
        }
    }
}
