internal import GraftNetworks
internal import GraftWeightFiles

/// Matching of files that hold layers with weights in order: Keras' files and dictionaries in .npy files.
extension Architecture {
    /// For each layer of `all` and each of its entries, the name of its place in the file.
    ///
    /// Keras itself matches its older files in layer order, whatever the names. So does this, where the file
    /// keeps an order; names are believed where all are there and each means one layer only.
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
        if file.areLayersOrdered, let matched = matchedInOrder(wanted, all, network, file.layers) {
            return zip(all, matched).map(places)
        }
        if areNamesKnown { return all.map { places($0, named($0)) } }
        if let matched = matchedByKind(wanted, all, network, byName) { return zip(all, matched).map(places) }
        return all.map { places($0, named($0)) }
    }

    private func places(_ layer: SourceLayer, _ found: NamedTensors.Layer?) -> [String?] {
        layer.entries.indices.map { index in
            guard let found else { return nil }
            return index < found.entries.count ? found.entries[index] : nil
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
    fileprivate var isCounted: Bool {
        names[0].hasPrefix(kind.rawValue)
            && names[0].dropFirst(kind.rawValue.count).allSatisfy { $0 == "_" || $0.isNumber }
    }
}
