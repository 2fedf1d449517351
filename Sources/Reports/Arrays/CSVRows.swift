internal import GraftFiles

/// Makes the bytes of a CSV file with the columns path, label, f0, f1 and so on.
///
/// A file is the ``head`` and then ``bytes(path:label:features:)`` for each row. It is in UTF-8. Fields are
/// quoted as in RFC 4180; lines end with a line feed alone, as on Unix.
package struct CSVRows: Sendable {
    /// The number of features of a row.
    package let featureCount: Int

    /// A table with this many features a row.
    ///
    /// - Precondition: `featureCount` is not negative.
    package init(featureCount: Int) {
        precondition(featureCount >= 0, "A row has no negative number of features.")
        self.featureCount = featureCount
    }

    /// The first line, with the names of the columns.
    package var head: [UInt8] {
        let names = ["path", "label"] + (0..<featureCount).map { "f\($0)" }
        return Array((names.joined(separator: ",") + "\n").utf8)
    }

    /// The line of one picture.
    ///
    /// A number has the fewest digits that give the same `Float` when they are read. Whole numbers end with
    /// ".0", so that readers that guess types take all features for floating-point numbers. What is not
    /// finite is `inf`, `-inf` or `nan`.
    ///
    /// - Precondition: there are `featureCount` features.
    package func bytes(path: String, label: String, features: [Float]) -> [UInt8] {
        precondition(features.count == featureCount, "A row has one number for each feature.")
        var line: [UInt8] = []
        // Most numbers take at most twelve characters.
        line.reserveCapacity(path.utf8.count + label.utf8.count + 13 * featureCount)
        line += path.quotedForCSV().utf8
        line.append(UInt8(ascii: ","))
        line += label.quotedForCSV().utf8
        for feature in features {
            line.append(UInt8(ascii: ","))
            line += feature.description.utf8
        }
        line.append(UInt8(ascii: "\n"))
        return line
    }
}
