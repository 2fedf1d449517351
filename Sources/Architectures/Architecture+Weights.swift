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
    /// downloaded where they are there. Training does so by itself: see `TransferLearning.fetchesWeights`.
    ///
    /// ```swift
    /// try await Architecture.named("resnet50").downloadWeights { print($0) }
    /// ```
    ///
    /// - Parameters:
    ///   - home: where they are kept.
    ///   - onEvent: told of what happens, on another thread; of nothing where nothing is missing.
    /// - Throws: an ``GraftFiles/ExplainedError`` where none were published or they could not be had,
    ///   `CancellationError`.
    public func downloadWeights(
        home: GraftHome = .current, onEvent: @escaping @Sendable (WeightsEvent) -> Void = { _ in }
    ) async throws {
        try await NetworkWeights(for: self, file: nil).fetchIfMissing(
            to: home, includeTop: true, report: onEvent)
    }

    /// Takes in a file of its published weights that was downloaded elsewhere; it is checked first.
    ///
    /// - Throws: an ``GraftFiles/ExplainedError`` where the file is another one.
    public func importWeights(from path: String, home: GraftHome = .current) throws {
        _ = try WeightStore(home: home).importFile(path, as: name)
    }
}
