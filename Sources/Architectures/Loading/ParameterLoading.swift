package import GraftFiles
package import GraftNetworks
internal import GraftTensors
package import GraftWeightFiles

extension Architecture {
    /// Reads the parameters of `network`, which is of this architecture, from any weight file: published,
    /// converted or trained by the user.
    ///
    /// Every parameter must be there with its shape. Entries that no part of the network takes are allowed,
    /// and reported.
    ///
    /// - Throws: `FileError` or `WeightFileError` where the file cannot be read, ``LoadingError`` where it
    ///   does not fit.
    package func load(
        contentsOf path: String, for network: Network
    ) throws -> (parameters: ParameterStore, report: LoadingReport) {
        try load(WeightFile.open(path), for: network)
    }

    /// Reads the parameters of `network` from a file of weights that is open.
    func load(
        _ file: MappedFile, for network: Network
    ) throws -> (parameters: ParameterStore, report: LoadingReport) {
        let path = file.path
        let tensors = try WeightFile.read(file)
        var (parameters, report) = try match(tensors, to: network)
        report.remark = remark(on: tensors, in: path)
        guard report.isComplete else {
            throw LoadingError(
                report, file: path, network: network.name, remedy: remedy(tensors, report, network))
        }
        return (parameters, report)
    }

    /// What else the file may be good for; `nil` where nothing is known.
    private func remedy(_ file: NamedTensors, _ report: LoadingReport, _ network: Network) -> Remedy? {
        let family = name.split(separator: ".")[0]
        let isKeras = file.layout == .inputsFirst
        let other = Architecture.all.first {
            $0.name.hasPrefix("\(family).") && $0.name != name && ($0.source == .keras) == isKeras
        }
        if isKeras != (source == .keras), let other {
            return "It is \(isKeras ? "a Keras" : "no Keras") file: try \(other.name)"
        }
        guard report.misshapen.isEmpty, let shape = network.inputShape,
            let trunk = try? self.network(height: shape[0], width: shape[1], includeTop: false),
            (try? match(file, to: trunk).report.isComplete) == true
        else { return nil }
        return "It fits the network without its classifier: \(.action(.trainWithWeights(network: name)))"
    }

    /// Reads the parameters of `network`, which is of this architecture, from a published file in Graft's
    /// home.
    ///
    /// Anything but a perfect match is an error.
    ///
    /// - Throws: ``CatalogueError`` where the file is missing or has another content, `WeightFileError` where
    ///   it cannot be read, ``LoadingError`` where it does not fit.
    package func load(
        _ weights: PretrainedWeights, for network: Network, home: GraftHome
    ) throws -> (parameters: ParameterStore, report: LoadingReport) {
        let hasTop = network.position(of: "top/softmax") != nil
        let file = try weights.open(in: home, includeTop: hasTop)
        let (parameters, report) = try match(WeightFile.read(file), to: network)
        guard report.isPerfect else { throw LoadingError(report, file: file.path, network: network.name) }
        return (parameters, report)
    }

    /// Gives each parameter its entry.
    package func match(
        _ file: NamedTensors, to network: Network
    ) throws -> (parameters: ParameterStore, report: LoadingReport) {
        let wanted = sourceLayers(of: network)
        let shape = network.inputShape ?? [nativeSize, nativeSize, 3]
        let complete = try self.network(height: shape[0], width: shape[1], includeTop: true)
        let all = sourceLayers(of: complete)
        let prefix = file.layers.isEmpty ? commonPrefix(of: wanted, in: file) : ""
        let places =
            file.layers.isEmpty
            ? placesByName(all, prefix: prefix, in: file) : placesByLayer(wanted, all, complete, in: file)

        var parameters = ParameterStore()
        var report = LoadingReport()
        var used: Set<String> = []
        let known = Set(wanted.flatMap(\.entries).map(\.parameter))
        for (layer, place) in zip(all, places) {
            for (index, entry) in layer.entries.enumerated() {
                let name = place[index]
                guard known.contains(entry.parameter) else {
                    if let name, file[name] != nil {
                        used.insert(name)
                        report.notNeeded.append(name)
                    }
                    continue
                }
                let expected = name ?? "\(layer.names[0])/\(entry.leaf)"
                guard let name, let tensor = file[name] else {
                    let nearest = NearestName.of(expected, among: file.names)
                    report.missing.append(expected + (nearest.map { " (did you mean \($0)?)" } ?? ""))
                    continue
                }
                used.insert(name)
                // Graft's own files keep the network's shapes, whatever the source's.
                let isOwn = source == .keras ? file.layout == .outputsFirst : name == entry.parameter
                let shape = isOwn ? entry.target : entry.shape
                guard tensor.shape == shape else {
                    report.misshapen.append("\(name) of shape \(tensor.shape) instead of \(shape)")
                    continue
                }
                let rearrangement = isOwn ? .none : entry.rearrangement
                let values = rearrangement.apply(to: tensor, shape: entry.target)
                if let flaw = values.firstNonFinite {
                    report.notFinite.append("\(name) has \(flaw.value)")
                    continue
                }
                parameters[entry.parameter] = values
                report.loaded.append(entry.parameter)
            }
        }
        for name in file.names where !used.contains(name) {
            if isKnown(name, prefix: prefix) {
                report.notNeeded.append(name)
            } else {
                report.unused.append(name)
            }
        }
        return (parameters, report)
    }

    /// Whether an entry belongs to a head used in training only, or counts batches.
    private func isKnown(_ name: String, prefix: String) -> Bool {
        name.hasSuffix(".num_batches_tracked") || auxiliaries.contains { name.hasPrefix(prefix + $0) }
    }

    // MARK: Files with names only

    /// For each layer of `all` and each of its entries, the name of its place in the file.
    private func placesByName(
        _ all: [SourceLayer], prefix: String, in file: NamedTensors
    ) -> [[String?]] {
        all.map { layer in
            layer.entries.map { entry in
                let candidates =
                    layer.names.map { "\(prefix)\($0)\(separator)\(entry.leaf)" } + [entry.parameter]
                return candidates.first { file[$0] != nil } ?? candidates[0]
            }
        }
    }

    private var separator: String { source == .keras ? "/" : "." }

    /// What stands before the names of the network's layers: nothing, or what wrappers and whole models put there,
    /// as in "module.", "_orig_mod." and "net.backbone.". It is the prefix under which most names are there, the
    /// first in the file where several are alike.
    private func commonPrefix(of layers: [SourceLayer], in file: NamedTensors) -> String {
        let ends = [layers.first, layers.last].compactMap(\.self).flatMap { layer in
            layer.names.flatMap { name in layer.entries.map { "\(name)\(separator)\($0.leaf)" } }
        }
        var prefixes = [""]
        var seen: Set = [""]
        for name in file.names {
            for end in ends where name.hasSuffix(separator + end) {
                let prefix = String(name.dropLast(end.count))
                if prefixes.count < Architecture.prefixLimit, seen.insert(prefix).inserted {
                    prefixes.append(prefix)
                }
            }
        }
        var (best, most) = ("", hits(layers, in: file, prefix: ""))
        for prefix in prefixes.dropFirst() {
            let count = hits(layers, in: file, prefix: prefix)
            if count > most { (best, most) = (prefix, count) }
        }
        return best
    }

    /// More prefixes are not tried: a file may hold anything.
    private static let prefixLimit = 256

    private func hits(_ layers: [SourceLayer], in file: NamedTensors, prefix: String) -> Int {
        layers.reduce(0) { count, layer in
            count
                + layer.entries.count { entry in
                    layer.names.contains { file["\(prefix)\($0)\(separator)\(entry.leaf)"] != nil }
                }
        }
    }
}
