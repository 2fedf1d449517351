package import Networks
internal import Tensors

/// The new part of a network: dropout, a dense layer with one unit a class, softmax.
package enum Head {
    /// The names of its nodes.
    package static let dropout = "top/dropout"
    package static let dense = "top/dense"
    package static let softmax = "top/softmax"

    /// The nodes, to come after the node called `features`, whose output is a vector.
    package static func nodes(after features: String, classes: Int, dropoutRate: Float) -> [Node] {
        [
            Node(name: dropout, operation: .dropout(Dropout(rate: dropoutRate)), inputs: [features]),
            Node(name: dense, operation: .dense(Dense(units: classes)), inputs: [dropout]),
            Node(name: softmax, operation: .softmax, inputs: [dense]),
        ]
    }

    /// Initial values: the kernel uniform between ±√(6 / (inputs + units)) (Glorot and Bengio, 2010), the bias 0.
    package static func initialParameters(for network: Network, seed: UInt64) -> ParameterStore {
        var store = ParameterStore()
        for parameter in network.parameters where parameter.node == dense {
            guard parameter.role == .kernel else {
                store[parameter.name] = Tensor(zeros: parameter.shape)
                continue
            }
            let bound = (6 / Float(parameter.shape[0] + parameter.shape[1])).squareRoot()
            var generator = CounterGenerator(seed: seed, purpose: parameter.name)
            let values = (0..<parameter.shape.elementCount).map { _ in
                (2 * generator.nextUniform() - 1) * bound
            }
            store[parameter.name] = Tensor(values, shape: parameter.shape)
        }
        return store
    }
}
