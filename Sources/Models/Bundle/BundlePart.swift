internal import GraftFiles

/// The files of a saved model.
enum BundlePart: String, CaseIterable {
    /// Everything but numbers: network, classes, preprocessing, how it came about.
    case description = "bundle.json"
    /// All parameters.
    case weights = "weights.safetensors"
    /// A few inputs and what the model made of them when it was saved.
    case golden = "golden.safetensors"
    /// Some of the training pictures as the model sees them; not there where it has no vector for a picture.
    case references = "references.safetensors"
    /// The SHA-256 of each of the other files, as `sha256sum` writes it.
    case checksums = "CHECKSUMS"
    /// A page for people, which can be made again; it has no checksum.
    case report = "report.html"
    /// The model in words, as places that share models read it; it has no checksum.
    case card = "README.md"

    /// The files that the model's answers depend on, and that every model has.
    static let required: [BundlePart] = [.description, .weights, .golden]

    /// The name of the file in the model's folder.
    var fileName: String { rawValue }

    /// Refuses whatever is at `place` unless it is a model with nothing beside a model's files: a new model
    /// may replace that, and nothing else.
    static func checkReplaceable(_ place: FolderPlace) throws {
        func refuse(_ found: String) -> ModelError {
            let problem = Problem(
                place.shown, found: found, expected: "a model to replace, or nothing",
                remedy: "Choose another path, or move it away")
            return ModelError(.exists, problem)
        }
        guard try FileStatus.of(place.path)?.kind == .folder else { throw refuse("exists and is no folder") }
        let names = try FolderListing.names(of: place.path)
        for part in [BundlePart.description, .checksums] where !names.contains(part.fileName) {
            throw refuse("exists and is no Graft model: it has no \(part.fileName)")
        }
        for name in names {
            let status = try FileStatus.of("\(place.path)/\(name)", followingLinks: false)
            guard BundlePart(rawValue: name) != nil, status?.kind == .file else {
                throw refuse("holds \(name), which is no part of a Graft model")
            }
        }
    }
}
