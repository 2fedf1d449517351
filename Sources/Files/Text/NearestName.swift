/// Finds what somebody who mistyped a name may have meant.
package enum NearestName {
    /// The name with the fewest letters to change, add or remove, if these are few for its length.
    package static func of(_ name: String, among names: some Sequence<String>) -> String? {
        let letters = Array(name)
        let ranked = names.map { (name: $0, distance: distance(letters, Array($0))) }
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
