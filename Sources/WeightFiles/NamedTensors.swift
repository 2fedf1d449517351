package import GraftTensors

/// Tensors by name, in the order in which a file lists them.
package struct NamedTensors: Sendable, Equatable {
    /// One tensor and its name.
    package struct Entry: Sendable, Equatable {
        package let name: String
        package let tensor: Tensor
    }

    /// One layer of a network, as far as the file tells of layers.
    package struct Layer: Sendable, Equatable {
        /// What the file calls it.
        package var name: String
        /// Its class in Keras, in snake case ("conv2d"); `nil` where the file does not tell.
        package var kind: String?
        /// Whether the model called it so; otherwise the file counted layers of its class.
        package var hasOwnName = true
        /// The names of its tensors in ``NamedTensors/entries``, in the order of the layer's weights.
        package var entries: [String]

        /// A layer.
        package init(name: String, kind: String? = nil, entries: [String]) {
            self.name = name
            self.kind = kind
            self.entries = entries
        }
    }

    /// The order of a kernel's axes.
    package enum Layout: Sendable, Equatable {
        /// [out, in, height, width] and [out, in]: PyTorch, and Graft itself.
        case outputsFirst
        /// [height, width, in, out] and [in, out]: Keras, TensorFlow, NumPy dictionaries.
        case inputsFirst
    }

    /// All entries, in file order. No two have the same name.
    package private(set) var entries: [Entry] = []
    /// Layers with weights, in file order; empty where the format has none.
    package var layers: [Layer] = []
    /// Whether the order of the layers is the network's own, so that layers may be matched by it.
    package var areLayersOrdered = false
    /// The order of the axes of kernels.
    package var layout = Layout.outputsFirst
    /// Texts that the file carries beside the tensors: safetensors' `__metadata__`, Keras's `model_config` or
    /// `config.json`.
    package var metadata: [String: String] = [:]
    /// What else the file holds and was not read, by name: an optimizer's state, an epoch number.
    package var leftOut: [String] = []

    private var positions: [String: Int] = [:]

    /// No tensors.
    package init() {}

    /// Adds a tensor at the end, unless one of that name is there already.
    ///
    /// - Returns: whether it was added.
    package mutating func append(_ tensor: Tensor, named name: String) -> Bool {
        guard positions[name] == nil else { return false }
        positions[name] = entries.count
        entries.append(Entry(name: name, tensor: tensor))
        return true
    }

    /// The tensor with this name.
    package subscript(name: String) -> Tensor? { positions[name].map { entries[$0].tensor } }

    /// All names, in file order.
    package var names: [String] { entries.map(\.name) }

    /// The number of tensors.
    package var count: Int { entries.count }
}

extension NamedTensors: ExpressibleByDictionaryLiteral {
    /// Tensors in the order of the literal.
    ///
    /// - Precondition: no name occurs twice.
    package init(dictionaryLiteral elements: (String, Tensor)...) {
        for (name, tensor) in elements {
            let isNew = append(tensor, named: name)
            precondition(isNew, "\(name) occurs twice")
        }
    }
}
