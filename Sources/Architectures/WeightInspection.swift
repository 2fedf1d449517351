internal import GraftFiles
internal import GraftNetworks
internal import GraftTensors
internal import GraftWeightFiles

/// What a weight file holds, and whether it fits a network.
package struct WeightInspection: Sendable, Hashable {
    /// One tensor of the file.
    package struct Entry: Sendable, Hashable, Codable {
        /// Its name, as Graft reads it.
        package var name: String
        /// Its extents, as in the file.
        package var shape: [Int]
        /// The type of its elements.
        package var elementType: String
    }

    /// How a file fits a network.
    package struct Fit: Sendable, Hashable {
        /// The name of the network.
        package var network: String
        /// Whether it fits the whole network; otherwise it fits that without the published classifier.
        package var includesTop: Bool
        /// What became of each parameter and entry.
        package var report: LoadingReport
    }

    /// The format, in words.
    package var format: String
    /// The tensors, in the order of the file.
    package var entries: [Entry]
    /// What the file holds beside tensors: an optimizer's state, an epoch number.
    package var leftOut: [String]
    /// The names of tensors with a NaN or an infinity.
    package var notFinite: [String]
    /// How it fits the network that was asked for.
    package var fit: Fit?
    /// What else is to be told of it for that network, in a sentence.
    package var remark: String?

    /// Reads a file; every tensor is read and rearranged where a network is given, as if it were to be used.
    ///
    /// - Throws: `FileError` or `WeightFileError` where the file cannot be read; ``LoadingError`` where it
    ///   fits the network neither with nor without its published classifier.
    package init(_ path: String, for architecture: Architecture? = nil) throws {
        let file = try WeightFile.open(path)
        format = try WeightFile.format(of: file).description
        let tensors = try WeightFile.read(file)
        entries = tensors.entries.map {
            Entry(name: $0.name, shape: $0.tensor.shape.dimensions, elementType: "\($0.tensor.elementType)")
        }
        leftOut = tensors.leftOut
        notFinite = tensors.entries.filter { $0.tensor.firstNonFinite != nil }.map(\.name)
        guard let architecture else { return }
        remark = architecture.remark(on: tensors, in: path)
        let size = architecture.nativeSize
        let whole = try architecture.network(height: size, width: size, includeTop: true)
        let (_, report) = try architecture.match(tensors, to: whole)
        if report.isComplete {
            fit = Fit(network: architecture.name, includesTop: true, report: report)
            return
        }
        let trunk = try architecture.network(height: size, width: size, includeTop: false)
        let (_, bare) = try architecture.match(tensors, to: trunk)
        // What stands in the way of the whole network tells more where nothing fits.
        guard bare.isComplete else { throw LoadingError(report, file: path, network: architecture.name) }
        fit = Fit(network: architecture.name, includesTop: false, report: bare)
    }
}
