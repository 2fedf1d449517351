internal import GraftTensors

/// What it takes to run a network on one image.
package struct NetworkCost: Sendable, Hashable {
    /// The number of parameters, statistics of BatchNorm included.
    package var parameters = 0
    /// The number of parameters that training can change.
    package var trainableParameters = 0
    /// Multiplications with addition in convolutions and dense layers.
    package var multiplyAccumulates = 0
    /// The number of elements of all outputs together.
    package var activations = 0

    /// The number of parameters that training by gradients leaves as they are: statistics of BatchNorm.
    package var nonTrainableParameters: Int { parameters - trainableParameters }
}

extension Network {
    /// The cost of one image.
    package var cost: NetworkCost {
        var cost = NetworkCost()
        for (position, node) in nodes.enumerated() {
            let inputs = inputShapes(of: node)
            let output = shapes[position]
            for parameter in node.operation.parameters(of: node.name, inputs: inputs) {
                cost.parameters += parameter.shape.elementCount
                if parameter.role.hasGradient { cost.trainableParameters += parameter.shape.elementCount }
            }
            cost.multiplyAccumulates += multiplyAccumulates(position)
            cost.activations += output.elementCount
        }
        return cost
    }

    /// Multiplications with addition of the node at a position.
    func multiplyAccumulates(_ position: Int) -> Int {
        let node = nodes[position]
        return node.operation.descriptor.multiplyAccumulates(
            inputs: inputShapes(of: node), output: shapes[position])
    }
}
