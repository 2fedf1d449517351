internal import GraftFiles
internal import GraftTensors

/// Keras 3's formats: `.weights.h5`, and `.keras`, a zip archive with one of those and the model's
/// configuration.
///
/// Each layer is a group `layers/CLASS_NUMBER/vars` with datasets `0`, `1`, ..., its weights in their order;
/// a model within the model has `layers` of its own. Newer versions note the layer's name in an attribute
/// (`keras/src/saving/saving_lib.py`).
enum Keras3 {
    private static let weightsEntry = "model.weights.h5"
    private static let configurationEntry = "config.json"

    /// Whether a zip archive is a `.keras` file.
    static func matches(_ archive: ZipArchive) -> Bool {
        archive.entries[weightsEntry] != nil
            || archive.entries[configurationEntry] != nil && archive.entries["metadata.json"] != nil
    }

    /// Whether an HDF5 file is a `.weights.h5` file.
    static func matches(_ file: HDF5File) throws(WeightFileError) -> Bool {
        let members = try file.members(at: file.root)
        return members["vars"] != nil || members["layers"] != nil
            || members["_layer_checkpoint_dependencies"] != nil
    }

    /// Reads a `.keras` file. Weights that are stored uncompressed, as Keras does it, stay parts of the
    /// mapped file.
    static func read(_ archive: ZipArchive, _ file: MappedFile) throws(WeightFileError) -> NamedTensors {
        guard let weights = archive.entries[weightsEntry] else {
            throw .damaged(
                file.path, "has no entry \(weightsEntry)", expected: "the weights of a Keras model")
        }
        var budget = MemoryBudget(fileSize: file.count)
        var texts: [String: String] = [:]
        if let entry = archive.entries[configurationEntry] {
            let bytes = try archive.read(entry, budget: &budget)
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw .damaged("\(file.path): \(configurationEntry)", "is not UTF-8")
            }
            texts[configurationEntry] = text
        }
        let region = try archive.region(of: weights, budget: &budget)
        return try read(HDF5File(region, budget: budget), texts)
    }

    /// Reads the tensors of a `.weights.h5` file, layer by layer.
    ///
    /// Layers are in the order of the configuration where there is one. Without it a file tells the model's
    /// order only within each class, by the groups' numbers: layers are in the order of their classes' names,
    /// then of those.
    ///
    /// - Parameter texts: What `.keras` has beside it.
    static func read(_ file: HDF5File, _ texts: [String: String] = [:]) throws(WeightFileError)
        -> NamedTensors
    {
        var tensors = NamedTensors()
        tensors.layout = .inputsFirst
        tensors.metadata = texts
        let configuration = tensors.configuration(named: configurationEntry)
        // Without one the order is the model's within each class only.
        tensors.areLayersOrdered = configuration != nil
        var walk = Keras3Walk(file, configuration)
        try walk.run()
        tensors.leftOut += walk.leftOut
        for found in walk.layers.sorted(by: { $0.rank.lexicographicallyPrecedes($1.rank) }) {
            var layer = NamedTensors.Layer(name: found.name, kind: found.kind, entries: [])
            layer.hasOwnName = found.hasOwnName
            // Two models may have layers of one name; the whole path then tells them apart.
            let prefix = tensors["\(found.name)/\(found.weights[0].number)"] == nil ? found.name : found.path
            for (number, place) in found.weights {
                let subject = "\(file.region.subject): \(found.path)/vars/\(number)"
                let object = try file.object(at: place)
                let isHalf = try object.texts("dtype", of: subject) == ["bfloat16"]
                let dataset = try HDF5Dataset(object, subject: subject)
                let name = "\(prefix)/\(number)"
                guard tensors.append(try dataset.tensor(opaquePair: isHalf ? .bfloat16 : nil), named: name)
                else {
                    throw .damaged(file.region.subject, "has two weights named \(name)")
                }
                layer.entries.append(name)
            }
            tensors.layers.append(layer)
        }
        guard tensors.count > 0 else { throw .withoutTensors(file.region.subject) }
        return tensors
    }
}

/// Finds the layers of a `.weights.h5` file.
struct Keras3Walk {
    /// One group of weights.
    struct Layer {
        let name: String
        /// Whether the model called it so.
        let hasOwnName: Bool
        let kind: String
        let path: String
        /// Where it comes among the layers of each model that it is in, outermost first.
        let rank: [Rank]
        /// The places of the headers of its weights, by number.
        let weights: [(number: Int, place: Int)]
    }

    /// What orders the layers of one model.
    struct Rank: Comparable {
        /// The position in the configuration; 0 for all where there is none.
        let position: Int
        let kind: String
        let number: Int

        static func < (left: Rank, right: Rank) -> Bool {
            (left.position, left.kind, left.number) < (right.position, right.kind, right.number)
        }
    }

    private let file: HDF5File
    private let configuration: KerasConfiguration?
    private(set) var layers: [Layer] = []
    private(set) var leftOut: [String] = []
    private var visited: Set<Int> = []

    private static let depthLimit = 32
    /// Groups of layers: their names say nothing about a layer.
    private static let containers: Set = ["layers", "_layer_checkpoint_dependencies"]

    /// A walk through a file whose model has this configuration.
    init(_ file: HDF5File, _ configuration: KerasConfiguration?) {
        self.file = file
        self.configuration = configuration
    }

    /// Visits all groups but the optimizer's.
    mutating func run() throws(WeightFileError) {
        try visit(file.root, path: [], described: configuration?.layers, layer: nil, rank: [])
    }

    private mutating func visit(
        _ place: Int, path: [String], described: [KerasConfiguration.Layer]?,
        layer: KerasConfiguration.Layer?,
        rank: [Rank]
    ) throws(WeightFileError) {
        let members = try file.members(at: place)
        // A dataset that is no weight, such as an epoch number, and an empty group have no members.
        guard !members.isEmpty else { return }
        try file.step()
        guard visited.insert(place).inserted, path.count < Keras3Walk.depthLimit else {
            throw .damaged(
                file.region.subject, "has a group \(path.joined(separator: "/")) that contains itself")
        }
        for (name, member) in members.sorted(by: { $0.key < $1.key }) {
            let inner = path + [name]
            if path.isEmpty && name == "optimizer" || name == "seed_generator" {
                leftOut.append(inner.joined(separator: "/"))
            } else if name == "vars" {
                try addLayer(member, path, layer, rank)
            } else if Keras3Walk.containers.contains(name) {
                let children = described.map(Keras3Walk.numbered)
                for (child, place) in try file.members(at: member).sorted(by: { $0.key < $1.key }) {
                    let known = children?[child]
                    // Layers that the configuration lacks come last.
                    let position = known?.position ?? children?.count ?? 0
                    let (kind, number) = Keras3Walk.parts(of: child)
                    try visit(
                        place, path: inner + [child], described: known?.layer.layers, layer: known?.layer,
                        rank: rank + [Rank(position: position, kind: kind, number: number)])
                }
            } else {
                try visit(member, path: inner, described: nil, layer: nil, rank: rank)
            }
        }
    }

    /// The names that Keras 3 gives to the groups of layers: the class, and a number from the second of it
    /// on.
    private static func numbered(
        _ layers: [KerasConfiguration.Layer]
    ) -> [String: (position: Int, layer: KerasConfiguration.Layer)] {
        var counts: [String: Int] = [:]
        var names: [String: (position: Int, layer: KerasConfiguration.Layer)] = [:]
        for (position, layer) in layers.enumerated() {
            let count = counts[layer.kind, default: 0]
            counts[layer.kind] = count + 1
            names[count == 0 ? layer.kind : "\(layer.kind)_\(count)"] = (position, layer)
        }
        return names
    }

    private mutating func addLayer(
        _ place: Int, _ path: [String], _ described: KerasConfiguration.Layer?, _ rank: [Rank]
    ) throws(WeightFileError) {
        let members = try file.members(at: place)
        guard !members.isEmpty else { return }
        let component = path.last ?? "model"
        let subject = "\(file.region.subject): \(path.joined(separator: "/"))"
        var weights: [(number: Int, place: Int)] = []
        for (name, member) in members {
            guard let number = Int(name), number >= 0 else {
                throw .damaged(subject, "has a weight named \(name)", expected: "a number")
            }
            weights.append((number, member))
        }
        weights.sort { $0.number < $1.number }
        for (index, weight) in weights.enumerated() where weight.number != index {
            throw .damaged(subject, "has no weight \(index)", expected: "\(weights.count) from 0 on")
        }
        let noted = try file.object(at: place).texts("name", of: subject)?.first
        layers.append(
            Layer(
                name: noted ?? described?.name ?? component,
                hasOwnName: noted != nil || described != nil,
                kind: described?.kind ?? Keras3Walk.parts(of: component).kind,
                path: path.joined(separator: "/"), rank: rank, weights: weights))
    }

    /// The class and the number in a group's name: "conv2d_1" is conv2d, 1, and "conv2d" is conv2d, 0.
    private static func parts(of component: String) -> (kind: String, number: Int) {
        guard let mark = component.lastIndex(of: "_"),
            let number = Int(component[component.index(after: mark)...])
        else { return (component, 0) }
        return (String(component[..<mark]), number)
    }
}
