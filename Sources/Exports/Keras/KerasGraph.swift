internal import GraftFiles
internal import GraftTensors

/// The layers of a functional Keras model while it is written down.
struct KerasGraph: Sendable {
    /// The layers by name.
    private(set) var layers: [String: KerasLayer] = [:]
    private var names = KerasNames()

    /// A model without layers.
    init() {}

    /// Keeps a name like this one for a layer that is added later with ``add(_:named:to:_:shape:weights:)``.
    mutating func reserveName(like wish: String) -> String { names.name(like: wish) }

    /// Adds a layer under a name that was reserved for it, and returns that.
    mutating func add(
        _ kind: KerasLayer.Kind, named name: String, to inputs: [String],
        _ settings: KeyValuePairs<String, JSONValue> = [:], shape: Shape, weights: [KerasLayer.Weight] = []
    ) -> String {
        insert(
            KerasLayer(
                kind: kind, name: name, settings: members(settings), inputs: inputs, shape: shape,
                weights: weights))
    }

    /// Adds a layer that no node stands for, under a name like `wish`, and returns its name.
    mutating func addHelper(
        _ kind: KerasLayer.Kind, like wish: String, to inputs: [String],
        _ settings: KeyValuePairs<String, JSONValue> = [:], shape: Shape, arguments: [JSONValue] = []
    ) -> String {
        insert(
            KerasLayer(
                kind: kind, name: names.name(like: wish), settings: members(settings), inputs: inputs,
                arguments: arguments, shape: shape))
    }

    /// The same numbers under another shape.
    mutating func reshape(_ layer: String, to shape: Shape, like wish: String) -> String {
        addHelper(
            .reshape, like: wish, to: [layer], ["target_shape": .integers(shape.dimensions)], shape: shape)
    }

    /// The shape of a layer's output, without the batch.
    func shape(of layer: String) -> Shape { layers[layer]?.shape ?? [] }

    private func members(_ pairs: KeyValuePairs<String, JSONValue>) -> [JSONValue.Member] {
        pairs.map { JSONValue.Member(key: $0.key, value: $0.value) }
    }

    private mutating func insert(_ layer: KerasLayer) -> String {
        layers[layer.name] = layer
        return layer.name
    }
}
