internal import GraftNetworks
internal import GraftTensors
internal import GraftWeightFiles

/// Matching of files that hold layers with weights in order: Keras' files and dictionaries in .npy files.
extension Architecture {
    /// For each layer of `all` and each of its entries, the name of its place in the file.
    ///
    /// Names are believed where all are there and each means one layer only. Names that Keras counted are matched by
    /// their numbers, which begin anywhere in a session that built other networks before. What has other names is
    /// matched in layer order, as Keras itself matches its older files.
    func placesByLayer(
        _ wanted: [SourceLayer], _ all: [SourceLayer], _ network: Network, in file: NamedTensors
    ) -> [[String?]] {
        let byName = file.layers.reduce(into: [:]) { $0[$1.name] = $1 }
        func named(_ layer: SourceLayer) -> NamedTensors.Layer? {
            layer.names.lazy.compactMap { byName[$0] }.first
        }
        let areNamesKnown = wanted.allSatisfy { named($0) != nil }
        let haveOwnNames = !all.contains(where: \.isCounted)
        // Another source's graph has other layers in another order.
        if source != .keras || areNamesKnown && haveOwnNames { return all.map { places($0, named($0)) } }
        if let matched = matchedByNumber(wanted, all, in: file) { return zip(all, matched).map(places) }
        if file.areLayersOrdered, let matched = matchedInOrder(wanted, all, network, file.layers) {
            return zip(all, matched).map(places)
        }
        // Numbers that the file itself gave are of Keras' order, not of that in which layers were made.
        if areNamesKnown, file.layers.allSatisfy(\.hasOwnName) { return all.map { places($0, named($0)) } }
        if let matched = matchedByKind(wanted, all, network, byName) { return zip(all, matched).map(places) }
        return all.map { places($0, named($0)) }
    }

    private func places(_ layer: SourceLayer, _ found: NamedTensors.Layer?) -> [String?] {
        layer.entries.indices.map { index in
            guard let found else { return nil }
            return index < found.entries.count ? found.entries[index] : nil
        }
    }

    /// The layers that Keras named by class and number, matched in the order of these numbers, and all others by
    /// their names.
    ///
    /// The order in which a file lists layers does not matter: that of a partly frozen model within a model is
    /// another one than the model's. Beside the network's, the file may have other layers of the same classes, as a
    /// head has them: those whose shapes fit count, the first where several do.
    private func matchedByNumber(
        _ wanted: [SourceLayer], _ all: [SourceLayer], in file: NamedTensors
    ) -> [NamedTensors.Layer?]? {
        var byName: [String: NamedTensors.Layer] = [:]
        var counted: [SourceLayer.Kind: [(number: Int, layer: NamedTensors.Layer)]] = [:]
        for layer in file.layers {
            guard layer.hasOwnName else { return nil }
            if byName[layer.name] == nil { byName[layer.name] = layer }
            if let (kind, number) = SourceLayer.count(in: layer.name) {
                counted[kind, default: []].append((number, layer))
            }
        }
        let needed = Set(wanted.map(\.names))
        var result = all.map { layer in layer.names.lazy.compactMap { byName[$0] }.first }
        for kind in Set(all.filter(\.isCounted).map(\.kind)) {
            let own = all.indices.filter {
                all[$0].isCounted && all[$0].kind == kind && needed.contains(all[$0].names)
            }.sorted { SourceLayer.number(of: all[$0]) < SourceLayer.number(of: all[$1]) }
            for index in all.indices where all[index].isCounted && all[index].kind == kind {
                result[index] = nil
            }
            let found = (counted[kind] ?? []).sorted { $0.number < $1.number }.map(\.layer)
            guard found.count >= own.count,
                let start = (0...(found.count - own.count)).first(where: { start in
                    zip(own, found[start...]).allSatisfy { fits($1, all[$0], in: file) }
                })
            else { return nil }
            for (index, layer) in zip(own, found[start...]) { result[index] = layer }
        }
        let isComplete = zip(all, result).allSatisfy { !needed.contains($0.names) || $1 != nil }
        return isComplete ? result : nil
    }

    /// Whether a file's layer holds what a layer of the network needs.
    private func fits(_ found: NamedTensors.Layer, _ layer: SourceLayer, in file: NamedTensors) -> Bool {
        found.entries.count == layer.entries.count
            && zip(found.entries, layer.entries).allSatisfy { name, entry in
                file[name]?.shape == (file.layout == .outputsFirst ? entry.target : entry.shape)
            }
    }

    /// The file's layers in Keras' order, if there are as many as the network has, with or without top, and
    /// no name contradicts.
    private func matchedInOrder(
        _ wanted: [SourceLayer], _ all: [SourceLayer], _ network: Network, _ found: [NamedTensors.Layer]
    ) -> [NamedTensors.Layer?]? {
        let ordered = kerasOrder(of: all, in: network)
        let names = Set(wanted.map(\.names))
        let trunk = ordered.filter { names.contains(all[$0].names) }
        guard let positions = [ordered, trunk].first(where: { $0.count == found.count }) else { return nil }
        var result = [NamedTensors.Layer?](repeating: nil, count: all.count)
        let own = Set(all.filter { !$0.isCounted }.flatMap(\.names))
        for (position, layer) in zip(positions, found) {
            guard all[position].entries.count == layer.entries.count else { return nil }
            if own.contains(layer.name), !all[position].names.contains(layer.name) { return nil }
            result[position] = layer
        }
        return result
    }

    /// The layers of a Keras 3 file that names them by class and number.
    private func matchedByKind(
        _ wanted: [SourceLayer], _ all: [SourceLayer], _ network: Network,
        _ found: [String: NamedTensors.Layer]
    ) -> [NamedTensors.Layer?]? {
        var counts: [SourceLayer.Kind: Int] = [:]
        var result = [NamedTensors.Layer?](repeating: nil, count: all.count)
        for position in kerasOrder(of: all, in: network) {
            let kind = all[position].kind
            let count = counts[kind, default: 0]
            counts[kind] = count + 1
            result[position] = found[count == 0 ? kind.rawValue : "\(kind.rawValue)_\(count)"]
        }
        let needed = Set(wanted.map(\.names))
        let isComplete = zip(all, result).allSatisfy { layer, match in
            !needed.contains(layer.names) || match != nil
        }
        return isComplete ? result : nil
    }

    /// The positions of the layers in the order in which Keras lists a model's layers.
    private func kerasOrder(of layers: [SourceLayer], in network: Network) -> [Int] {
        var places: [String: Int] = [:]
        for (place, layer) in kerasLayers(of: network).enumerated() {
            for node in layer { places[node] = place }
        }
        return layers.indices.sorted { first, second in
            func place(_ index: Int) -> Int {
                let parameter = layers[index].entries[0].parameter
                return places[parameter.split(separator: "/").dropLast().joined(separator: "/")] ?? 0
            }
            return place(first) < place(second)
        }
    }
}

extension SourceLayer {
    /// Whether Keras made its name up, from its class and a number that depends on what the session built
    /// before.
    fileprivate var isCounted: Bool { SourceLayer.count(in: names[0])?.kind == kind }

    /// The number in a counted layer's name.
    fileprivate static func number(of layer: SourceLayer) -> Int { count(in: layer.names[0])?.number ?? 0 }

    /// The class and the number in a name that Keras made up: "conv2d_1" is the second of its class, "conv2d" the
    /// first; `nil` for other names.
    fileprivate static func count(in name: String) -> (kind: Kind, number: Int)? {
        if let kind = Kind(rawValue: name) { return (kind, 0) }
        guard let mark = name.lastIndex(of: "_"), let kind = Kind(rawValue: String(name[..<mark])),
            let number = Int(name[name.index(after: mark)...]), number >= 0
        else { return nil }
        return (kind, number)
    }
}
