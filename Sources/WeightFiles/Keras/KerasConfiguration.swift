internal import GraftFiles

/// The layers that a Keras model's configuration describes.
struct KerasConfiguration {
    /// One layer, or a model within the model.
    struct Layer {
        let name: String
        /// Its class in snake case: "conv2d".
        let kind: String
        /// The layers of a model within the model; `nil` for a plain layer.
        let layers: [Layer]?
    }

    /// The layers of the model, in its order.
    let layers: [Layer]

    // Keras nests a dozen levels for each model within a model.
    private static let depthLimit = 128

    /// Reads the JSON text of a model; the error says why it is none.
    init(_ text: String) throws(JSONParser.Failure) {
        let value = try JSONParser.parse(Array(text.utf8), depthLimit: KerasConfiguration.depthLimit)
        guard let layers = KerasConfiguration.layers(value) else {
            throw JSONParser.Failure(found: "describes no layers", position: 0)
        }
        self.layers = layers
    }

    /// All plain layers and all models by name, however deep; the first of a name counts.
    func byName() -> [String: Layer] {
        var found: [String: Layer] = [:]
        var pending = Array(layers.reversed())
        while let layer = pending.popLast() {
            if found[layer.name] == nil { found[layer.name] = layer }
            pending += (layer.layers ?? []).reversed()
        }
        return found
    }

    /// The layers of a model's description: `config.layers`, or, before Keras 2.2.3, a Sequential's `config`
    /// itself.
    private static func layers(_ model: JSONValue) -> [Layer]? {
        guard let config = model["config"] else { return nil }
        let described: [JSONValue]
        if case .array(let elements) = config {
            described = elements
        } else if case .array(let elements)? = config["layers"] {
            described = elements
        } else {
            return nil
        }
        return described.compactMap { layer in
            guard case .text(let kind)? = layer["class_name"] else { return nil }
            guard case .text(let name)? = layer["config"]?["name"] ?? layer["name"] else { return nil }
            return Layer(name: name, kind: snakeCase(kind), layers: layers(layer))
        }
    }

    /// A class's name as Keras 3 writes it into weight files: "DepthwiseConv2D" becomes "depthwise_conv2d".
    static func snakeCase(_ name: String) -> String {
        // A class of a user's own has its package before it: "Package>Name".
        let letters = Array(
            (name.split(separator: ">").last ?? "").filter { $0.isLetter || $0.isNumber || $0 == "_" })
        var result = ""
        for (index, letter) in letters.enumerated() {
            let startsWord =
                index > 0 && letter.isUppercase
                && (letters[index - 1].isLowercase
                    || index + 1 < letters.count && letters[index + 1].isLowercase)
            result += (startsWord ? "_" : "") + letter.lowercased()
        }
        return result
    }
}

extension JSONValue {
    /// The value of a key; `nil` where there is none, or this is no object.
    subscript(key: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.key == key }?.value
    }
}
