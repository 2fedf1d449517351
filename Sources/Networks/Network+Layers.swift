internal import GraftTensors

/// One node of a network, as a table of layers shows it.
package struct LayerSummary: Sendable, Hashable, Encodable {
    /// The node's name.
    package var name: String
    /// What it computes, as in "convolution 3x3 /2".
    package var operation: String
    /// The extents of its output, without the batch: [height, width, channels] or [units].
    package var shape: [Int]
    /// The number of its parameters, statistics of BatchNorm included.
    package var parameters: Int
    /// The number of its parameters that training can change.
    package var trainableParameters: Int
    /// The nodes whose outputs it takes, in order.
    package var inputs: [String]
}

extension Network {
    /// The nodes in order, with what each holds and gives.
    package var layers: [LayerSummary] {
        zip(nodes, shapes).map { node, shape in
            let parameters = node.operation.parameters(of: node.name, inputs: inputShapes(of: node))
            return LayerSummary(
                name: node.name, operation: node.operation.description, shape: shape.dimensions,
                parameters: parameters.reduce(0) { $0 + $1.shape.elementCount },
                trainableParameters: parameters.reduce(0) {
                    $0 + ($1.role.hasGradient ? $1.shape.elementCount : 0)
                }, inputs: node.inputs)
        }
    }
}
