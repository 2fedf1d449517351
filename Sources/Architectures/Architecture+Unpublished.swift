internal import GraftFiles
package import GraftNetworks
internal import GraftTensors

/// Networks that no weights were published for, as users train their own: other widths, and starts of known
/// networks.
extension Architecture {
    /// MobileNet as Keras builds it, of any width multiplier.
    package static func mobileNetV1(_ name: String, width: Double) -> Architecture {
        Architecture(
            name, .keras, sourceNames: named(["top/dense": "conv_preds"]),
            build: MobileNetV1(.keras, width: width).network)
    }

    /// MobileNetV2 as torchvision builds it, of any width multiplier.
    package static func mobileNetV2(_ name: String, width: Double) -> Architecture {
        Architecture(
            name, .torchvision, sourceNames: named(["top/dense": "classifier.1"]),
            build: MobileNetV2(.torchvision, width: width).network)
    }

    /// A network of the user's own, which is what it is at any input size.
    package static func own(_ network: Network) -> Architecture {
        let shape = network.inputShape
        return Architecture(network.name, .pytorch, size: shape?[0] ?? 1, minimumSize: 1) { _, _, _, _ in
            network
        }
    }

    /// The network up to a node of this name, with the mean of that node's output as "features", and never
    /// with a top.
    ///
    /// Its `network(height:width:includeTop:)` throws `NetworkError` where there is no such node.
    package func start(endingWith node: String) -> Architecture {
        Architecture(
            name, source, size: nativeSize, minimumSize: minimumSize, auxiliaries: auxiliaries,
            sourceNames: sourceNames
        ) { name, height, width, _ in
            let whole = try network(height: height, width: width, includeTop: false)
            guard let end = whole.position(of: node) else {
                throw NetworkError(
                    name, found: "has no node \(node)", remedy: "Name one of the nodes of \(self.name)")
            }
            // What comes later in the list needs no part of it, and is left out.
            let pooled = Node(name: "features", operation: .globalAveragePooling, inputs: [node])
            return try Network(name: name, nodes: Array(whole.nodes[...end]) + [pooled])
        }
    }
}
