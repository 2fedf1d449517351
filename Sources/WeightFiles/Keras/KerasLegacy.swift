internal import GraftFiles
internal import GraftTensors

/// Keras's HDF5 format before version 3: a group for each layer, with an attribute that lists its weights.
///
/// A file of weights has the layers at its root; that of a whole model has them in `model_weights`, beside
/// the model's configuration and the optimizer's state. Attributes `layer_names` and `weight_names` give the
/// order in which Keras matches weights (`keras/src/legacy/saving/legacy_h5_format.py`).
enum KerasLegacy {
    private static let modelGroup = "model_weights"
    /// A model's own weights, outside of its layers: none in any network of images.
    private static let topLevelGroup = "top_level_model_weights"

    /// Whether a file has what every file of this format has at its root.
    static func matches(_ file: HDF5File) throws(WeightFileError) -> Bool {
        if try file.members(at: file.root)[modelGroup] != nil { return true }
        return try file.object(at: file.root).texts("layer_names", of: file.region.subject) != nil
    }

    /// Reads the tensors, layer by layer.
    static func read(_ file: HDF5File) throws(WeightFileError) -> NamedTensors {
        let path = file.region.subject
        var tensors = NamedTensors()
        tensors.layout = .inputsFirst
        tensors.areLayersOrdered = true
        let root = try file.members(at: file.root)
        let group = root[modelGroup] ?? file.root
        let isWholeModel = root[modelGroup] != nil
        try readTexts(file, isWholeModel ? [file.root, group] : [file.root], into: &tensors)
        let object = try file.object(at: group)
        guard let layerNames = try object.texts("layer_names", of: path) else {
            throw .damaged(
                path, "has no attribute layer_names\(isWholeModel ? " in \(modelGroup)" : "")",
                expected: "the names of all layers")
        }
        let configuration = tensors.configuration(named: "model_config")
        var names = KerasLegacyNames(path: path, layers: configuration?.byName() ?? [:])
        for layerName in layerNames {
            guard let layer = try file.find(layerName, from: group) else {
                throw .damaged(path, "has no group \(layerName), which layer_names lists")
            }
            let subject = "\(path): \(layerName)"
            guard let weights = try file.object(at: layer).texts("weight_names", of: subject) else {
                throw .damaged(subject, "has no attribute weight_names", expected: "the names of its weights")
            }
            try names.begin(layerName, weights)
            for weight in weights {
                guard let place = try file.find(weight, from: layer) else {
                    throw .damaged(subject, "has no dataset \(weight), which weight_names lists")
                }
                let dataset = try HDF5Dataset(file.object(at: place), subject: "\(subject)/\(weight)")
                // h5py stores bfloat16 as pairs of bytes without a meaning.
                let tensor = try dataset.tensor(opaquePair: .bfloat16)
                try names.add(weight, tensor, to: &tensors)
            }
        }
        tensors.layers = names.layers
        try listLeftOut(
            file, isWholeModel ? [("", file.root), (modelGroup + "/", group)] : [("", group)], layerNames,
            &tensors)
        guard tensors.count > 0 else { throw .withoutTensors(path) }
        return tensors
    }

    private static func readTexts(
        _ file: HDF5File, _ places: [Int], into tensors: inout NamedTensors
    ) throws(WeightFileError) {
        for place in places {
            for attribute in try file.object(at: place).attributes()
            where ["model_config", "keras_version", "backend"].contains(attribute.name) {
                guard let texts = try attribute.texts(), texts.count == 1 else { continue }
                tensors.metadata[attribute.name] = texts[0]
            }
        }
    }

    /// Names what lies beside the layers: the optimizer's state.
    private static func listLeftOut(
        _ file: HDF5File, _ groups: [(prefix: String, place: Int)], _ layerNames: [String],
        _ tensors: inout NamedTensors
    ) throws(WeightFileError) {
        // A layer "block/conv" lies in a group "block".
        let known = Set(layerNames.compactMap { $0.split(separator: "/").first.map(String.init) })
        for (prefix, place) in groups {
            for (name, member) in try file.members(at: place).sorted(by: { $0.key < $1.key }) {
                if known.contains(name) || name == modelGroup { continue }
                if name == topLevelGroup,
                    try file.object(at: member).texts("weight_names", of: name)?.isEmpty ?? true
                {
                    continue
                }
                tensors.leftOut.append(prefix + name)
            }
        }
    }
}

/// Finds the layers that the weights of a file belong to.
///
/// The group of a model within the model lists the weights of many layers: those that are trained first, then
/// the moving statistics. The part of a weight's name before the last slash says which layer it belongs to.
struct KerasLegacyNames {
    /// What errors are about.
    let path: String
    private let known: [String: KerasConfiguration.Layer]
    /// The layers found, in the order of their first weights.
    private(set) var layers: [NamedTensors.Layer] = []
    private var groups: Set<String> = []
    private var group = ""
    private var isModel = false
    /// Where the layers of the current group are, by the prefix of their weights.
    private var positions: [String: Int] = [:]

    /// Names for the layers of a file, of which the configuration knows these.
    init(path: String, layers: [String: KerasConfiguration.Layer]) {
        self.path = path
        known = layers
    }

    /// Starts a group with these weights.
    mutating func begin(_ name: String, _ weights: [String]) throws(WeightFileError) {
        guard groups.insert(name).inserted else { throw .damaged(path, "lists two layers named \(name)") }
        group = name
        positions = [:]
        if let layer = known[name] {
            isModel = layer.layers != nil
        } else {
            isModel = Set(weights.map(KerasLegacyNames.prefix)).count > 1
        }
    }

    /// Adds a weight of the group to its layer.
    mutating func add(
        _ weight: String, _ tensor: Tensor, to tensors: inout NamedTensors
    ) throws(WeightFileError) {
        let prefix = isModel ? KerasLegacyNames.prefix(weight) : ""
        let layer = prefix.split(separator: "/").last.map(String.init) ?? group
        // A model used in two places may have two layers of one name; the group then tells them apart.
        var name = weight.hasPrefix("\(layer)/") || !prefix.isEmpty ? weight : "\(layer)/\(weight)"
        if tensors[name] != nil { name = "\(group)/\(weight)" }
        guard tensors.append(tensor, named: name) else {
            throw .damaged(path, "has two weights named \(name)")
        }
        if let position = positions[prefix] {
            layers[position].entries.append(name)
        } else {
            positions[prefix] = layers.count
            layers.append(NamedTensors.Layer(name: layer, kind: known[layer]?.kind, entries: [name]))
        }
    }

    private static func prefix(_ weight: String) -> String {
        weight.lastIndex(of: "/").map { String(weight[..<$0]) } ?? ""
    }
}

extension NamedTensors {
    /// The configuration of the model among the texts; one that cannot be read is listed as left out.
    mutating func configuration(named name: String) -> KerasConfiguration? {
        guard let text = metadata[name] else { return nil }
        do throws(JSONParser.Failure) {
            return try KerasConfiguration(text)
        } catch {
            leftOut.append("\(name), which \(error.found)")
            return nil
        }
    }
}

extension WeightFileError {
    /// A Keras file that nothing was found in.
    static func withoutTensors(_ path: String) -> WeightFileError {
        WeightFileError(
            .empty,
            Problem(
                path, found: "holds no weights", expected: "the weights of a model's layers",
                remedy: "Save it again, in Python: model.save_weights(path)"))
    }
}
