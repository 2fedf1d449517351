package import GraftTensors

/// The parameters of a network by name: f32 masters, kernels in [out, in, height, width].
package struct ParameterStore: Sendable {
    private var tensors: [String: Tensor]

    /// A store of these tensors.
    package init(_ tensors: [String: Tensor] = [:]) { self.tensors = tensors }

    /// The names, sorted.
    package var names: [String] { tensors.keys.sorted() }

    /// The tensor with this name.
    package subscript(name: String) -> Tensor? {
        get { tensors[name] }
        set { tensors[name] = newValue }
    }

    /// The parameter of a network.
    ///
    /// - Throws: ``NetworkError`` where it is missing or has another shape or is not `float32`.
    package func tensor(for parameter: ParameterSpecification) throws(NetworkError) -> Tensor {
        guard let tensor = tensors[parameter.name] else {
            throw NetworkError(
                parameter.name, found: "is missing", expected: "a tensor of shape \(parameter.shape)")
        }
        guard tensor.shape == parameter.shape, tensor.elementType == .float32 else {
            throw NetworkError(
                parameter.name, found: "is \(tensor.elementType) of shape \(tensor.shape)",
                expected: "float32 of shape \(parameter.shape)")
        }
        return tensor
    }

    /// Those parameters that `network` has, checked.
    ///
    /// - Throws: ``NetworkError`` where one is missing or misshapen.
    package func subset(for network: Network) throws(NetworkError) -> ParameterStore {
        var subset = ParameterStore()
        for parameter in network.parameters { subset[parameter.name] = try tensor(for: parameter) }
        return subset
    }

    /// This store with the tensors of `other` added, or put in place of those of the same name.
    package func merging(_ other: ParameterStore) -> ParameterStore {
        ParameterStore(tensors.merging(other.tensors) { $1 })
    }
}
