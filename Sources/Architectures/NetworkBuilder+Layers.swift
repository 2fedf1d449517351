internal import GraftNetworks

/// The pairs and triples of nodes that every convolutional network is made of.
extension NetworkBuilder {
    /// A convolution, BatchNorm and, if asked for, an activation: nodes `convolution`, `normalization` and
    /// `activation`.
    mutating func normalizedConvolution(
        _ name: String, normalization: String, activation: (name: String, function: Activation)?, _ x: String,
        _ convolution: Convolution, epsilon: Float, hasScale: Bool = true
    ) -> String {
        let convolved = add(name, .convolution(convolution), to: x)
        let normalized = add(
            normalization, .batchNormalization(BatchNormalization(epsilon: epsilon, hasScale: hasScale)),
            to: convolved)
        guard let activation else { return normalized }
        return add(activation.name, .activation(activation.function), to: normalized)
    }

    /// A convolution with bias and ReLU: nodes `name` and `name/relu`.
    mutating func activatedConvolution(_ name: String, _ x: String, _ convolution: Convolution) -> String {
        var convolution = convolution
        convolution.hasBias = true
        return add("\(name)/relu", .activation(.relu), to: add(name, .convolution(convolution), to: x))
    }

    /// The end of a network: the mean over height and width, called "features", and if asked for the
    /// published classifier behind it.
    mutating func pooledTop(_ x: String, includeTop: Bool, dropout: Float?) {
        let features = add("features", .globalAveragePooling, to: x)
        if includeTop { classifier(features, dropout: dropout) }
    }

    /// A classifier of ImageNet's 1000 classes: dropout, a dense layer and softmax.
    mutating func classifier(_ x: String, dropout: Float?) {
        var x = x
        if let dropout { x = add("top/dropout", .dropout(Dropout(rate: dropout)), to: x) }
        x = add("top/dense", .dense(Dense(units: 1000)), to: x)
        _ = add("top/softmax", .softmax, to: x)
    }
}
