package import GraftTensors

/// One node of a network: a name, an operation, and the names of the nodes whose outputs it takes.
package struct Node: Sendable, Hashable, Codable {
    /// What it is called; unique in its network.
    package var name: String
    /// What it computes.
    package var operation: NetworkOperation
    /// The names of the nodes whose outputs it takes, in order.
    package var inputs: [String]

    /// A node.
    package init(name: String, operation: NetworkOperation, inputs: [String]) {
        self.name = name
        self.operation = operation
        self.inputs = inputs
    }
}

/// A network as a value: nodes in topological order. Nothing in it computes.
///
/// The same value serves weight loading, freezing, cost tables, plans and export. The last node is the
/// output, unless others are named.
package struct Network: Sendable, Hashable {
    /// What the network is called, as in "efficientnet_lite0".
    package let name: String
    /// The nodes, each after those whose outputs it takes.
    package let nodes: [Node]
    /// The output shape of each node, without the batch, in the order of the nodes.
    package let shapes: [Shape]
    /// The names of the nodes whose outputs are those of the network; the last node alone unless others were
    /// named.
    package let outputs: [String]
    private let positions: [String: Int]

    /// A network of these nodes.
    ///
    /// - Parameter outputs: the nodes whose outputs are those of the network; the last one alone where none
    ///   is named.
    /// - Throws: ``NetworkError`` where there is no node, a name is used twice, a node takes the output of
    ///   one that does not come before it, shapes do not fit, or an output is no node.
    package init(name: String, nodes: [Node], outputs: [String] = []) throws(NetworkError) {
        guard !nodes.isEmpty else { throw NetworkError("network \(name)", found: "has no nodes") }
        var positions: [String: Int] = [:]
        var shapes: [Shape] = []
        for (position, node) in nodes.enumerated() {
            var inputs: [Shape] = []
            for input in node.inputs {
                guard let source = positions[input] else {
                    throw NetworkError(
                        "\(name): \(node.name)", found: "takes the output of \(input)",
                        expected: "a node that comes before it")
                }
                inputs.append(shapes[source])
            }
            guard positions.updateValue(position, forKey: node.name) == nil else {
                throw NetworkError(
                    "\(name): \(node.name)", found: "stands there twice", expected: "one node a name")
            }
            shapes.append(try node.operation.outputShape(of: "\(name): \(node.name)", inputs: inputs))
        }
        for (place, output) in outputs.enumerated() {
            guard positions[output] != nil else {
                throw NetworkError("network \(name)", found: "has no node \(output) for an output")
            }
            guard !outputs[..<place].contains(output) else {
                throw NetworkError("network \(name)", found: "has the output \(output) twice")
            }
        }
        self.name = name
        self.nodes = nodes
        self.outputs = outputs.isEmpty ? [nodes[nodes.count - 1].name] : outputs
        self.shapes = shapes
        self.positions = positions
    }

    /// The node that the network's output comes from; the first of several.
    package var output: Node { nodes[outputPosition] }

    /// The shape of that output, without the batch.
    package var outputShape: Shape { shapes[outputPosition] }

    private var outputPosition: Int { positions[outputs[0]] ?? nodes.count - 1 }

    /// Whether the last node is the only output.
    package var endsWithItsOutput: Bool { outputs == [nodes[nodes.count - 1].name] }

    /// The nodes where data enters.
    package var inputs: [Node] {
        nodes.filter { if case .input = $0.operation { true } else { false } }
    }

    /// The shape of what enters at the first input, without the batch.
    package var inputShape: Shape? { inputs.first.flatMap { shape(of: $0.name) } }

    /// The position of the node with this name.
    package func position(of name: String) -> Int? { positions[name] }

    /// The output shape of the node with this name, without the batch.
    package func shape(of name: String) -> Shape? { positions[name].map { shapes[$0] } }

    /// The shapes of what a node takes.
    package func inputShapes(of node: Node) -> [Shape] { node.inputs.compactMap { shape(of: $0) } }

    /// Every parameter, in the order of the nodes.
    package var parameters: [ParameterSpecification] {
        nodes.flatMap { $0.operation.parameters(of: $0.name, inputs: inputShapes(of: $0)) }
    }

    /// For each node, the positions of those that take its output.
    package var consumers: [[Int]] {
        var consumers = [[Int]](repeating: [], count: nodes.count)
        for (position, node) in nodes.enumerated() {
            for input in node.inputs { positions[input].map { consumers[$0].append(position) } }
        }
        return consumers
    }

    /// The same network for another input height and width.
    ///
    /// - Throws: ``NetworkError`` where the size is too small for it.
    package func resized(height: Int, width: Int) throws(NetworkError) -> Network {
        var nodes = nodes
        for (position, node) in nodes.enumerated() {
            guard case .input(let input) = node.operation, input.shape.rank == 3 else { continue }
            nodes[position].operation = .input(Input(shape: [height, width, input.shape[2]]))
        }
        return try Network(name: name, nodes: nodes, outputs: outputs)
    }

    /// This network followed by `nodes`, of which the last is the output.
    ///
    /// - Throws: ``NetworkError`` where they do not fit.
    package func appending(_ nodes: [Node]) throws(NetworkError) -> Network {
        try Network(name: name, nodes: self.nodes + nodes)
    }

    /// The part of this network that ends with the node called `output`; nodes that it does not need are left
    /// out.
    ///
    /// - Throws: ``NetworkError`` where there is no such node.
    package func ending(at output: String) throws(NetworkError) -> Network {
        try ending(at: [output])
    }

    /// The part of this network whose outputs are those of the nodes called so; nodes that none of them needs
    /// are left out.
    ///
    /// - Throws: ``NetworkError`` where there is no such node, or none is named.
    package func ending(at outputs: [String]) throws(NetworkError) -> Network {
        var needed: Set<Int> = []
        for output in outputs {
            guard let position = positions[output] else {
                throw NetworkError("network \(name)", found: "has no node \(output)")
            }
            needed.insert(position)
        }
        for position in stride(from: needed.max() ?? 0, through: 0, by: -1) where needed.contains(position) {
            needed.formUnion(nodes[position].inputs.compactMap { positions[$0] })
        }
        return try Network(name: name, nodes: needed.sorted().map { nodes[$0] }, outputs: outputs)
    }
}

extension Network: Codable {
    private enum CodingKeys: String, CodingKey { case name, nodes, outputs }

    /// Reads the value that ``encode(to:)`` wrote.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try self.init(
            name: container.decode(String.self, forKey: .name),
            nodes: container.decode([Node].self, forKey: .nodes),
            outputs: container.decodeIfPresent([String].self, forKey: .outputs) ?? [])
    }

    /// Writes the value; the outputs only where they are not the last node alone.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(nodes, forKey: .nodes)
        if !endsWithItsOutput { try container.encode(outputs, forKey: .outputs) }
    }
}
