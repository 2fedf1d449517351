package import GraftFiles
package import GraftImages
package import GraftNetworks
internal import GraftWeightFiles
internal import Synchronization

/// Weights for the networks of one architecture: published ones, or those in a file of the user's own.
package struct NetworkWeights: Sendable {
    /// What was published for the architecture; it lends its preprocessing and class names to a user's file.
    package let published: PretrainedWeights?
    /// The user's file; `nil` for published weights.
    package let path: String?
    /// What names the weights in caches and saved models: of a user's file its SHA-256.
    package let digest: SHA256Digest
    private let architecture: Architecture
    /// The user's file, until its weights are read for the first time.
    private let opened: OpenedFile?

    /// The weights of an architecture: those in a file, in any format that Graft reads; the published ones
    /// where `file` is `nil`.
    ///
    /// That none were published is told when they are needed: ``requireWeights()``.
    ///
    /// - Throws: `FileError` where the file cannot be read.
    package init(for architecture: Architecture, file: String?) throws {
        published = architecture.weights.first
        self.architecture = architecture
        path = file
        if let file {
            // What is read is what the digest is of.
            let opened = OpenedFile(try WeightFile.open(file))
            digest = opened.digest
            self.opened = opened
            return
        }
        opened = nil
        if let published {
            digest = published.digest
        } else {
            digest = SHA256Digest(of: "no weights are published for \(architecture.name)")
        }
    }

    /// Weights that the user has in memory.
    ///
    /// - Parameter digest: what tells them from others.
    package init(own architecture: Architecture, digest: SHA256Digest) {
        published = nil
        path = architecture.name
        self.architecture = architecture
        self.digest = digest
        opened = nil
    }

    /// Where they come from, in a few words: "ImageNet weights", or "weights of FILE".
    package var title: String {
        path == nil ? "\(published?.origin ?? "no") weights" : "weights of \(fileName)"
    }

    /// What they were trained on, as far as that is known.
    package var origin: String { path == nil ? published?.origin ?? "" : "file" }

    /// The name of the file, without its folder.
    package var fileName: String {
        (path ?? published?.fileName ?? "").split(separator: "/").last.map(String.init) ?? ""
    }

    /// The preprocessing for images of this height and width in pixels: that of the published weights; where
    /// none were published, torchvision's for ImageNet.
    ///
    /// - Throws: `ImageError` where the size is impossible.
    package func preprocessing(height: Int, width: Int) throws -> Preprocessing {
        try published?.preprocessing(height: height, width: width)
            ?? PixelRule.torchvision.preprocessing(height: height, width: width)
    }

    /// Makes sure that there are weights, here or elsewhere.
    ///
    /// - Throws: ``CatalogueError`` where there is no file and none were published.
    package func requireWeights() throws {
        if path == nil, published == nil { throw CatalogueError.nothingPublished(architecture.name) }
    }

    /// Whether they can be read without fetching anything.
    ///
    /// - Parameter includeTop: whether the network has its published classifier.
    package func areHere(in home: GraftHome, includeTop: Bool) -> Bool {
        guard path == nil else { return true }
        let files = published.map { includeTop ? [$0.file] : $0.files } ?? []
        return files.contains { $0.isPresent(in: home) }
    }

    /// What would be fetched before the parameters can be read; `nil` where nothing is missing, and for a file of
    /// the user's own.
    ///
    /// - Throws: ``CatalogueError`` where it cannot be had from here.
    package func missing(in home: GraftHome, includeTop: Bool) throws -> WeightsDownload? {
        guard path == nil, let published else { return nil }
        return try NetworkWeights.store(home).missing(published, includeTop: includeTop)
    }

    /// Fetches published weights where they are missing.
    ///
    /// - Parameters:
    ///   - includeTop: whether the network has its published classifier.
    ///   - report: told of what happens, on another thread; of nothing where nothing is missing.
    /// - Throws: ``CatalogueError`` where they cannot be had, `DownloadError` where they did not arrive,
    ///   `CancellationError`.
    package func fetchIfMissing(
        to home: GraftHome, includeTop: Bool, report: @escaping @Sendable (WeightsEvent) -> Void
    ) async throws {
        try requireWeights()
        guard path == nil, let published else { return }
        try await NetworkWeights.store(home).fetchIfMissing(
            published, includeTop: includeTop, report: report)
    }

    /// The store of the environment, in another home.
    private static func store(_ home: GraftHome) throws -> WeightStore {
        var store = try WeightStore(environment: .current)
        store.home = home
        return store
    }

    /// Reads the parameters of `network`, which must be of the architecture.
    ///
    /// - Throws: ``CatalogueError`` where a published file is missing or has another content; `FileError` or
    ///   `WeightFileError` where the file cannot be read; ``LoadingError`` where it does not fit.
    package func load(
        for network: Network, home: GraftHome
    ) throws -> (parameters: ParameterStore, report: LoadingReport) {
        if let opened { return try architecture.load(opened.take(), for: network) }
        if let path { return try architecture.load(contentsOf: path, for: network) }
        guard let published else { throw CatalogueError.nothingPublished(architecture.name) }
        return try architecture.load(published, for: network, home: home)
    }
}

/// A user's file of weights, read once: what names it and what is loaded are the same bytes, whatever becomes of the
/// file.
private final class OpenedFile: Sendable {
    /// The SHA-256 of the file.
    let digest: SHA256Digest
    private let path: String
    private let file: Mutex<MappedFile?>

    init(_ file: MappedFile) {
        digest = unsafe file.withBytes { unsafe SHA256Digest(of: $0) }
        path = file.path
        self.file = Mutex(file)
    }

    /// The file's bytes. They are let go with the first one who takes them; later ones read the file again.
    ///
    /// - Throws: `FileError` where it cannot be read again, or is another one by then.
    func take() throws -> MappedFile {
        let first = file.withLock { file in
            defer { file = nil }
            return file
        }
        if let first { return first }
        let again = try WeightFile.open(path)
        guard unsafe again.withBytes({ unsafe SHA256Digest(of: $0) }) == digest else {
            throw FileError(
                .other,
                Problem(
                    path, found: "has changed since it was first read", expected: "the same weights",
                    remedy: "Start again"))
        }
        return again
    }
}
