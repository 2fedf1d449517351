internal import GraftFiles
internal import GraftTensors
internal import GraftWeightFiles

/// A functional Keras model: its configuration, and its weights.
struct KerasModel: Sendable {
    /// What it is called.
    let name: String
    /// The layers, in the order of `model.layers`.
    let layers: [KerasLayer]
    /// The layers whose outputs are the model's.
    let outputs: [String]
    private let shapes: [String: Shape]

    /// The model of a graph.
    init(_ graph: KerasGraph, name: String, outputs: [String]) {
        self.name = KerasNames.accepted(name)
        self.outputs = outputs
        layers = graph.ordered(outputs: outputs)
        shapes = graph.layers.mapValues(\.shape)
    }

    /// `config.json`.
    var configuration: JSONValue {
        let ends = outputs.map(KerasModel.place)
        return .members([
            "module": .text("keras.src.models.functional"), "class_name": .text("Functional"),
            "registered_name": .text("Functional"),
            "config": .members([
                "name": .text(name), "trainable": .bool(true), "layers": .array(layers.map(described)),
                "input_layers": .array(layers.filter { $0.kind == .input }.map(\.name).flatMap(Self.parts)),
                // A list of one would make the model's output a list.
                "output_layers": ends.count == 1 ? ends[0] : .array(ends),
            ]),
        ])
    }

    /// The weights as `model.weights.h5` has them.
    var weights: HDF5Group {
        var groups = HDF5Group()
        var counts: [String: Int] = [:]
        for layer in layers {
            guard let group = layer.kind.weightGroup else { continue }
            let count = counts[group, default: 0]
            counts[group] = count + 1
            var variables = HDF5Group()
            variables.attributes = [("name", .text(layer.name))]
            for (number, weight) in layer.weights.enumerated() {
                let elements = unsafe HDF5Elements(shape: weight.shape, elementType: .float32) { write in
                    try unsafe weight.arrangement.give(weight.tensor, to: write)
                }
                variables.add("\(number)", elements)
            }
            var outer = HDF5Group()
            outer.add("vars", variables)
            groups.add(count == 0 ? group : "\(group)_\(count)", outer)
        }
        var root = HDF5Group()
        root.add("layers", groups)
        return root
    }

    /// A layer as `config.json` has it.
    private func described(_ layer: KerasLayer) -> JSONValue {
        let isFunction = layer.kind.isFunction
        var settings = [JSONValue.Member(key: "name", value: .text(layer.name))]
        if !isFunction {
            // Whatever the reader's session computes in by itself.
            settings.append(JSONValue.Member(key: "dtype", value: .text("float32")))
        }
        return .members([
            "module": .text(layer.kind.module), "class_name": .text(layer.kind.rawValue),
            "config": .object(settings + layer.settings),
            "registered_name": isFunction ? .text(layer.kind.rawValue) : .null, "name": .text(layer.name),
            "inbound_nodes": .array(layer.inputs.isEmpty ? [] : [call(layer)]),
        ])
    }

    /// The only call of a layer.
    private func call(_ layer: KerasLayer) -> JSONValue {
        let tensors = layer.inputs.map { input in
            JSONValue.members([
                "class_name": .text("__keras_tensor__"),
                "config": .members([
                    "shape": .array([.null] + (shapes[input]?.dimensions ?? []).map { .integer($0) }),
                    "dtype": .text("float32"), "keras_history": KerasModel.place(of: input),
                ]),
            ])
        }
        let arguments = layer.kind.takesList ? [.array(tensors)] : tensors
        return .members([
            "args": .array(arguments + layer.arguments), "kwargs": .object([]),
        ])
    }

    /// A layer's output: the layer, the number of the call, the number of the output.
    private static func place(of layer: String) -> JSONValue { .array(parts(of: layer)) }

    private static func parts(of layer: String) -> [JSONValue] { [.text(layer), .integer(0), .integer(0)] }
}
