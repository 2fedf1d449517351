internal import GraftDownloads
public import GraftFiles

/// What happens while published weights that are missing are fetched, in this order.
///
/// ```swift
/// try await network.downloadWeights { event in
///     if case .progress(let received, let total) = event { print(received, total ?? 0) }
/// }
/// ```
public enum WeightsEvent: Sendable, Hashable, Codable {
    /// They are about to be fetched: what, from where, and under which licence.
    case starting(WeightsDownload)
    /// Another process is fetching the same file; this one waits for it.
    case waiting
    /// So many bytes are there; the total where it is known.
    case progress(received: Int, total: Int?)
    /// A failure that may pass: it is tried again after so many seconds.
    case retrying(Problem, pause: Double)
    /// What was there of the file cannot be used; it is fetched from its beginning. The reason is half a
    /// sentence.
    case startingAnew(reason: String)
    /// They are here: so many bytes were received, some of them by an earlier try; none where another process
    /// fetched them.
    case finished(WeightsDownload, received: Int, resumedFrom: Int)
}

/// Published weights that are fetched.
///
/// ```swift
/// if case .starting(let download) = event { print(download.weights, download.licence, download.bytes ?? 0) }
/// ```
public struct WeightsDownload: Sendable, Hashable, Codable {
    /// The name of the weights.
    public var weights: String
    /// The name of the file.
    public var file: String
    /// Where it comes from.
    public var address: String
    /// Where it will be.
    public var path: String
    /// How much is fetched, exact or as stated; `nil` where nobody says.
    public var bytes: Int?
    /// The SPDX name of their licence.
    public var licence: String
}

extension WeightsEvent {
    init(_ event: DownloadEvent) {
        switch event {
        case .waiting: self = .waiting
        case .progress(let received, let total): self = .progress(received: received, total: total)
        case .retrying(let error, let pause): self = .retrying(error.problem, pause: pause / .seconds(1))
        case .startingAnew(let reason): self = .startingAnew(reason: reason)
        }
    }
}

extension WeightStore {
    /// What would be fetched for a network with these weights; `nil` where nothing is missing.
    ///
    /// - Parameter includeTop: whether the network has its published classifier; without it, the smaller file is
    ///   fetched where there is one.
    /// - Throws: ``CatalogueError`` where they cannot be had from here.
    package func missing(_ weights: PretrainedWeights, includeTop: Bool) throws -> WeightsDownload? {
        let files = includeTop ? [weights.file] : weights.files
        if files.contains(where: { $0.isPresent(in: home) }) { return nil }
        let file = includeTop ? weights.file : weights.fileWithoutTop ?? weights.file
        return download(of: file, of: weights, from: try address(of: file, of: weights))
    }

    /// How a file is fetched.
    private func download(
        of file: PublishedFile, of weights: PretrainedWeights, from address: String
    ) -> WeightsDownload {
        WeightsDownload(
            weights: weights.name, file: file.name, address: address, path: path(of: file),
            bytes: address == file.package?.address ? file.package?.size : file.size?.bytes,
            licence: weights.licence)
    }

    /// Fetches what a network with these weights needs, where it is missing.
    ///
    /// - Parameter report: told of what happens, on another thread; of nothing where nothing is missing.
    /// - Throws: ``CatalogueError`` where it cannot be had, `DownloadError` where it did not arrive,
    ///   `CancellationError`, what has arrived being kept.
    package func fetchIfMissing(
        _ weights: PretrainedWeights, includeTop: Bool,
        report: @escaping @Sendable (WeightsEvent) -> Void = { _ in }
    ) async throws {
        guard let download = try missing(weights, includeTop: includeTop),
            let file = weights.files.first(where: { $0.name == download.file })
        else { return }
        report(.starting(download))
        try await pull(file, of: weights, telling: report)
    }

    /// ``pull(_:of:report:)``, told as events of weights.
    package func pull(
        _ file: PublishedFile, of weights: PretrainedWeights,
        telling report: @escaping @Sendable (WeightsEvent) -> Void
    ) async throws {
        let outcome = try await pull(file, of: weights) { report(WeightsEvent($0)) }
        let address = (try? address(of: file, of: weights)) ?? ""
        let download = download(of: file, of: weights, from: address)
        switch outcome {
        case .alreadyThere: report(.finished(download, received: 0, resumedFrom: 0))
        case .downloaded(let bytes, let before):
            report(.finished(download, received: bytes, resumedFrom: before))
        }
    }
}
