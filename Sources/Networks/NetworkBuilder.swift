import GraftTensors

/// Writes a network down node by node, so that an architecture's file reads like its paper.
///
/// Each method adds a node and returns its name, to be given to the next.
package struct NetworkBuilder {
    private let name: String
    private var nodes: [Node] = []

    /// Starts a network.
    package init(_ name: String) { self.name = name }

    /// The network of all nodes added.
    ///
    /// - Parameter outputs: the nodes whose outputs are those of the network; the last one alone where none
    ///   is named.
    /// - Throws: ``NetworkError`` where they do not fit together.
    package func build(outputs: [String] = []) throws(NetworkError) -> Network {
        try Network(name: name, nodes: nodes, outputs: outputs)
    }

    /// Adds a node.
    package mutating func add(_ name: String, _ operation: NetworkOperation, to inputs: String...) -> String {
        add(name, operation, to: inputs)
    }

    /// Adds a node.
    package mutating func add(_ name: String, _ operation: NetworkOperation, to inputs: [String]) -> String {
        nodes.append(Node(name: name, operation: operation, inputs: inputs))
        return name
    }

    /// Adds an input for images of this height and width.
    package mutating func input(
        _ name: String = "input", height: Int, width: Int, channels: Int = 3
    ) -> String {
        add(name, .input(Input(shape: [height, width, channels])))
    }
}
