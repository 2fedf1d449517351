package import GraftFiles
package import GraftImages
package import GraftNetworks

/// Weights for the networks of one architecture: published ones, or those in a file of the user's own.
package struct NetworkWeights: Sendable {
    /// What was published for the architecture; it lends its preprocessing and class names to a user's file.
    package let published: PretrainedWeights?
    /// The user's file; `nil` for published weights.
    package let path: String?
    /// What names the weights in caches and saved models: of a user's file its SHA-256.
    package let digest: SHA256Digest
    private let architecture: Architecture

    /// The weights of an architecture: those in a file, in any format that Graft reads; the published ones
    /// where `file` is `nil`.
    ///
    /// - Throws: `FileError` where the file cannot be read, ``CatalogueError`` where there is no file and
    ///   none were published.
    package init(for architecture: Architecture, file: String?) throws {
        published = architecture.weights.first
        self.architecture = architecture
        path = file
        if let file {
            digest = try SHA256Digest(ofFile: file)
        } else if let published {
            digest = published.digest
        } else {
            throw CatalogueError.nothingPublished(architecture.name)
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

    /// Reads the parameters of `network`, which must be of the architecture.
    ///
    /// - Throws: ``CatalogueError`` where a published file is missing or has another content; `FileError` or
    ///   `WeightFileError` where the file cannot be read; ``LoadingError`` where it does not fit.
    package func load(
        for network: Network, home: GraftHome
    ) throws -> (parameters: ParameterStore, report: LoadingReport) {
        if let path { return try architecture.load(contentsOf: path, for: network) }
        guard let published else { throw CatalogueError.nothingPublished(architecture.name) }
        return try architecture.load(published, for: network, home: home)
    }
}
