package import GraftTensors

/// One tensor of a safetensors file that another program reads.
package struct SafetensorsEntry: Sendable, Hashable {
    /// Where its numbers come from.
    package enum Content: Sendable, Hashable {
        /// A parameter of the network, its elements in another order.
        case parameter(String, TensorArrangement)
        /// The number of batches that a BatchNorm of PyTorch has seen; 0, for nothing but training without a
        /// momentum reads it.
        case batchCounter
    }

    /// What the other program calls it.
    package var name: String
    /// The shape there.
    package var shape: Shape
    /// Where its numbers come from.
    package var content: Content

    /// A tensor.
    package init(name: String, shape: Shape, content: Content) {
        self.name = name
        self.shape = shape
        self.content = content
    }
}
