internal import Networks

/// What the files call the parameters: of the EfficientNet-Lite networks only.
extension PretrainedWeights {
    /// The name in the file of each parameter of the network.
    var names: @Sendable (ParameterSpecification) -> String? { EfficientNetLite.pyTorchName }
    /// Whether an entry of the file is known and not needed.
    var isIgnored: @Sendable (String) -> Bool { { $0.hasSuffix(".num_batches_tracked") } }
}

extension EfficientNetLite {
    /// The name of a parameter in the PyTorch files, as in "_blocks.3._depthwise_conv.weight".
    static let pyTorchName: @Sendable (ParameterSpecification) -> String? = { parameter in
        let parts = parameter.node.split(separator: "/").map(String.init)
        let module: String
        switch (parts.first, parts.last) {
        case ("stem", "conv"): module = "_conv_stem"
        case ("stem", "bn"): module = "_bn0"
        case ("head", "conv"): module = "_conv_head"
        case ("head", "bn"): module = "_bn1"
        case ("top", "dense"): module = "_fc"
        case ("blocks", let last?) where parts.count == 3:
            let inner =
                ["expand_bn": "_bn0", "depthwise_bn": "_bn1", "project_bn": "_bn2"][last] ?? "_\(last)"
            module = "_blocks.\(parts[1]).\(inner)"
        default: return nil
        }
        let leaf =
            switch parameter.role {
            case .kernel, .gamma: "weight"
            case .bias, .beta: "bias"
            case .movingMean: "running_mean"
            case .movingVariance: "running_var"
            }
        return "\(module).\(leaf)"
    }
}
