internal import GraftNetworks
internal import GraftTensors

/// A network as a file has it: its nodes are not trusted before they are checked.
///
/// A size that no picture and no memory could have is refused before any arithmetic is done with it.
struct NetworkDescription: Codable {
    let name: String
    let nodes: [Node]
    /// The outputs, where they are not the last node alone.
    let outputs: [String]?

    init(_ network: Network) {
        name = network.name
        nodes = network.nodes
        outputs = network.endsWithItsOutput ? nil : network.outputs
    }

    /// The network.
    ///
    /// - Throws: ``Flaw`` where a size is absurd, `NetworkError` where the nodes do not fit together.
    func network() throws -> Network {
        var shapes: [String: Shape] = [:]
        for node in nodes {
            do {
                try node.operation.checkSizes(of: node.name)
            } catch {
                throw Flaw(.description, error.found, expected: error.expected)
            }
            let inputs = node.inputs.compactMap { shapes[$0] }
            // Network's initialiser words it best.
            guard inputs.count == node.inputs.count else { break }
            let shape = try node.operation.outputShape(of: "\(name): \(node.name)", inputs: inputs)
            guard shape.isPossibleOutput else {
                throw Flaw(.description, "has an output of shape \(shape) at network node \(node.name)")
            }
            shapes[node.name] = shape
        }
        return try Network(name: name, nodes: nodes, outputs: outputs ?? [])
    }
}
