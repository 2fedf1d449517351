internal import GraftFiles

/// What a layer `Rescaling` at the start of a Keras model makes of levels from 0 to 255: level · scale + offset.
package struct KerasRescaling: Sendable, Equatable {
    /// The factor of each channel, or one for all.
    package var scale: [Double]
    /// What is added to each channel, or one for all.
    package var offset: [Double]

    /// A rescaling.
    package init(scale: [Double], offset: [Double]) {
        self.scale = scale
        self.offset = offset
    }
}

extension NamedTensors {
    /// The model's rescaling, as its configuration describes it; `nil` where it has none, several, or other layers
    /// that change levels, and where the file has no configuration.
    package var rescaling: KerasRescaling? {
        guard let text = metadata["config.json"] ?? metadata["model_config"],
            let model = try? JSONParser.parse(Array(text.utf8), depthLimit: 128)
        else { return nil }
        var found: [KerasRescaling] = []
        var pending = [model]
        while let value = pending.popLast() {
            switch value {
            case .array(let elements): pending += elements
            case .object(let members):
                if case .text(let kind)? = value["class_name"], let config = value["config"] {
                    if kind == "Normalization" || kind == "Lambda" { return nil }
                    if kind == "Rescaling" {
                        guard let scale = config["scale"]?.numbers, let offset = config["offset"]?.numbers
                        else { return nil }
                        found.append(KerasRescaling(scale: scale, offset: offset))
                        continue
                    }
                }
                pending += members.map(\.value)
            default: break
            }
        }
        return found.count == 1 ? found[0] : nil
    }
}

extension JSONValue {
    /// The number, or the numbers of a list; `nil` for anything else.
    fileprivate var numbers: [Double]? {
        switch self {
        case .integer(let number): [Double(number)]
        case .number(let text): Double(text).map { [$0] }
        case .array(let elements):
            elements.count <= 4
                ? elements.reduce(into: [Double]?.some([])) { numbers, element in
                    guard let number = element.numbers, number.count == 1 else {
                        numbers = nil
                        return
                    }
                    numbers?.append(number[0])
                } : nil
        default: nil
        }
    }
}
