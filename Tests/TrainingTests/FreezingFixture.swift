import Foundation
import GraftArchitectures
import GraftNetworks

@testable import GraftTraining

/// A trunk with a head, and what a `Trainable` makes of it.
struct FreezingFixture {
    let architecture: Architecture
    let network: Network

    init(_ name: String) throws {
        architecture = try Architecture.named(name)
        let size = max(architecture.minimumSize, 96)
        let trunk = try architecture.network(height: size, width: size, includeTop: false)
        network = try HeadDesign.pooled(dropout: 0.2).network(on: trunk, outputs: 3, activation: .softmax)
    }

    /// The trained nodes of the trunk, in order; the head's must be among the trained ones.
    func trained(_ trainable: Trainable) throws -> [String] {
        let nodes = try trainable.nodes(in: network, of: architecture)
        guard nodes.contains(Head.logits) else { return ["the head is not trained"] }
        return network.nodes.map(\.name).filter { nodes.contains($0) && $0 != Head.logits }
    }

    /// What Keras calls the layers of these nodes.
    func kerasNames(_ nodes: some Sequence<String>) -> Set<String> {
        Set(
            nodes.map { node in
                var name = node
                for part in ["/depthwise", "/pointwise"] where name.hasSuffix(part) {
                    name.removeLast(part.count)
                }
                return name.split(separator: "/").joined(separator: "_")
            })
    }

    /// The layers of `model.layers` in Keras (Conformance/keras_layers.py), by network without its source;
    /// "+" stands before those with weights.
    static func kerasLayers() throws -> [String: [String]] {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Conformance/Fixtures/keras_layers.json")
        return try JSONDecoder().decode([String: [String]].self, from: Data(contentsOf: file))
    }
}
