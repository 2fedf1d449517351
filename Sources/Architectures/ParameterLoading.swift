public import Files
public import Networks
internal import Tensors
package import WeightFiles

/// What became of a network's parameters and a file's entries when weights were loaded.
public struct LoadingReport: Sendable, Hashable {
    /// The parameters that were loaded.
    public var loaded: [String] = []
    /// The parameters that the file does not have, each with the entry that was looked for.
    public var missing: [String] = []
    /// The entries that no parameter takes.
    public var unused: [String] = []
    /// The parameters whose entry has another shape, each with both.
    public var misshapen: [String] = []

    /// Whether every parameter was loaded and every entry used.
    public var isPerfect: Bool { missing.isEmpty && unused.isEmpty && misshapen.isEmpty }
}

/// Weights that do not fit a network.
public struct LoadingError: ExplainedError, Hashable {
    /// What is wrong, in the parts that every error of Graft has.
    public var problem: Problem
    /// All that does not fit.
    public var report: LoadingReport

    init(_ report: LoadingReport, file: String, network: String) {
        self.report = report
        func list(_ entries: [String], _ what: String) -> String? {
            guard let first = entries.first else { return nil }
            let more = entries.count > 1 ? " and \(entries.count - 1) more" : ""
            return "\(what) \(first)\(more)"
        }
        let parts = [
            list(report.misshapen, "misshapen:"), list(report.missing, "missing:"),
            list(report.unused, "not used:"),
        ].compactMap { $0 }
        problem = Problem(
            file, found: "does not fit \(network): \(parts.joined(separator: "; "))",
            remedy: "Use weights that were made for this network")
    }
}

extension PretrainedWeights {
    /// Reads the parameters of `network` from the published file in Graft's home.
    ///
    /// Entries for the published top may stay unused where the network has none; apart from that, anything but a perfect
    /// match is an error.
    ///
    /// - Throws: ``CatalogueError`` where the file is missing or has another content, `WeightFileError` where it cannot be
    ///   read, ``LoadingError`` where it does not fit.
    public func load(
        for network: Network, home: GraftHome
    ) throws -> (parameters: ParameterStore, report: LoadingReport) {
        let file = try open(in: home)
        let (parameters, report) = match(try WeightFile.read(file), to: network)
        guard report.isPerfect else { throw LoadingError(report, file: file.path, network: network.name) }
        return (parameters, report)
    }

    /// Gives each parameter the entry that has its name.
    package func match(
        _ tensors: NamedTensors, to network: Network
    ) -> (parameters: ParameterStore, report: LoadingReport) {
        var parameters = ParameterStore()
        var report = LoadingReport()
        var used: Set<String> = []
        for parameter in network.parameters {
            let name = names(parameter) ?? parameter.name
            guard let tensor = tensors[name] else {
                let nearest = NearestName.of(name, among: tensors.names)
                report.missing.append("\(name)" + (nearest.map { " (did you mean \($0)?)" } ?? ""))
                continue
            }
            used.insert(name)
            guard tensor.shape == parameter.shape else {
                report.misshapen.append("\(name) of shape \(tensor.shape) instead of \(parameter.shape)")
                continue
            }
            parameters[parameter.name] = tensor.convertedToFloat32()
            report.loaded.append(parameter.name)
        }
        let hasTop = network.position(of: "top/dense") != nil
        let top = ParameterSpecification.Role.allCases.map {
            names(ParameterSpecification(node: "top/dense", role: $0, shape: []))
        }
        report.unused = tensors.names.filter { name in
            !used.contains(name) && !isIgnored(name) && (hasTop || !top.contains(name))
        }
        return (parameters, report)
    }
}
