public import GraftFiles
internal import GraftNetworks

extension Architecture {
    /// The names of its layers without the classifier, in order: what a recipe can freeze or train from.
    public var layerNames: [String] {
        get throws {
            try network(height: nativeSize, width: nativeSize, includeTop: false).nodes.map(\.name)
        }
    }

    /// Downloads the weights that were published for it, checks them, and keeps them for a `Trunk`; nothing is
    /// downloaded where they are there.
    ///
    /// - Throws: an ``GraftFiles/ExplainedError`` where none were published or they could not be had,
    ///   `CancellationError`.
    public func downloadWeights(home: GraftHome = .current) async throws {
        guard let weights = weights.first else { throw CatalogueError.nothingPublished(name) }
        var store = try WeightStore(environment: .current)
        store.home = home
        try await store.pull(weights.file, of: weights)
    }

    /// Takes in a file of its published weights that was downloaded elsewhere; it is checked first.
    ///
    /// - Throws: an ``GraftFiles/ExplainedError`` where the file is another one.
    public func importWeights(from path: String, home: GraftHome = .current) throws {
        _ = try WeightStore(home: home).importFile(path, as: name)
    }
}
