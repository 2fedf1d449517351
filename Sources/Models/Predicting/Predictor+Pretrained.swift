public import GraftArchitectures
public import GraftFiles

extension Predictor {
    /// A predictor with a pretrained network and the 1000 classes of ImageNet, whose published weights are fetched
    /// first where they are not on this machine.
    ///
    /// ```swift
    /// let predictor = try await Predictor.pretrained(.named("resnet50")) { print($0) }
    /// ```
    ///
    /// - Parameters:
    ///   - architecture: the network.
    ///   - weightsFile: a file of weights for the whole network; the published weights where it is `nil`.
    ///   - inputSize: the height and width that pictures are scaled to, in pixels; the published one where it
    ///     is `nil`.
    ///   - settings: how it answers; without a precision in the faster one on this processor.
    ///   - home: where the published weights are.
    ///   - onEvent: told of what happens while weights are fetched, on another thread.
    /// - Throws: where the weights cannot be had or read or do not fit, or a setting is impossible;
    ///   `CancellationError`, what has arrived being kept. With `GRAFT_OFFLINE=1` nothing is fetched.
    public static func pretrained(
        _ architecture: Architecture, weightsFile: String? = nil, inputSize: Int? = nil,
        settings: Settings = Settings(), home: GraftHome = .current,
        onEvent: @escaping @Sendable (WeightsEvent) -> Void = { _ in }
    ) async throws -> Predictor {
        // What cannot be is told before much is fetched.
        try settings.check()
        let size = inputSize ?? architecture.nativeSize
        _ = try architecture.network(height: size, width: size, includeTop: true)
        let weights = try NetworkWeights(for: architecture, file: weightsFile)
        try await weights.fetchIfMissing(to: home, includeTop: true, report: onEvent)
        return try Predictor(architecture, weights, inputSize: inputSize, settings: settings, home: home)
    }
}
