package import GraftExecution
package import GraftTensors

/// A few inputs of a model and its answers when it was saved: a machine that gives other answers computes
/// wrongly.
package struct GoldenExamples: Sendable, Equatable {
    /// What the network receives, [count, height, width, 3], `float32`.
    package var inputs: Tensor
    /// The probabilities it gave, [count, classes], `float32`.
    package var outputs: Tensor
    /// The arithmetic in which they were computed.
    package var precision: Precision

    /// Inputs and outputs.
    package init(inputs: Tensor, outputs: Tensor, precision: Precision) {
        self.inputs = inputs
        self.outputs = outputs
        self.precision = precision
    }

    /// The number of examples.
    package var count: Int { inputs.shape.rank > 0 ? inputs.shape[0] : 0 }

    // What the parts are called in the file.
    static let inputsName = "inputs"
    static let outputsName = "outputs"
    static let precisionKey = "precision"
}
