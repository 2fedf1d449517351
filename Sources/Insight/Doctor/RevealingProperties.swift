internal import GraftDatasets
internal import GraftImages

/// Finds properties that give the class of a picture away, though they are not what it shows: all dogs at dusk, all cats
/// as PNG. A model would learn these instead.
///
/// For each property a classifier (naive Bayes on one property) is cross-validated; it is told where it makes at most two
/// fifths of the mistakes that always naming the largest class makes.
struct RevealingProperties {
    /// A property as a number of each picture.
    private struct Property {
        var name: String
        var values: [Float]
        /// Whether values are names of kinds, which have no order.
        var isKind = false
    }

    /// Fewer pictures may be so by chance.
    private static let leastCount = 40
    /// The share of the largest class's mistakes below which a property gives the class away.
    private static let greatestShare = 0.4
    private static let bins = 8

    /// What is found of pictures with one class each.
    ///
    /// - Parameters:
    ///   - pictures: the properties and formats of the pictures.
    ///   - folds: the parts of the cross-validation.
    static func findings(
        _ pictures: [(properties: PictureProperties, format: ImageFormat?)], labels: [Int], classes: [String],
        folds: Folds
    ) -> [Finding] {
        guard pictures.count >= leastCount, Set(labels).count > 1 else { return [] }
        let counts = Dictionary(grouping: labels) { $0 }.mapValues(\.count)
        let largest = counts.values.max() ?? 0
        let mistakes = labels.count - largest
        return properties(pictures).compactMap { property in
            guard Set(property.values).count > 1 else { return nil }
            let right = rightAnswers(property, labels, classes.count, folds)
            let wrong = labels.count - right
            guard Double(wrong) <= greatestShare * Double(mistakes) else { return nil }
            let share = Double(right) / Double(labels.count)
            let message =
                "The \(property.name) alone tells the class of \(right) of \(labels.count) pictures "
                + "(the largest class has \(largest)): a model may learn that instead of what they show. "
                + "Make the classes alike in it, or test on pictures from elsewhere."
            return Finding(severity: .warning, kind: .revealing, path: nil, score: share, message: message)
        }
    }

    private static func properties(
        _ pictures: [(properties: PictureProperties, format: ImageFormat?)]
    ) -> [Property] {
        func number(_ name: String, _ value: (PictureProperties) -> Float) -> Property {
            Property(name: name, values: pictures.map { value($0.properties) })
        }
        let formats = Dictionary(
            uniqueKeysWithValues: ImageFormat.allCases.enumerated().map { ($1.name, Float($0)) })
        return [
            number("width") { Float($0.width) }, number("height") { Float($0.height) },
            number("proportion of width and height") { Float($0.width) / Float($0.height) },
            number("brightness") { $0.brightness }, number("darkest level") { $0.darkest },
            number("lightest level") { $0.lightest }, number("entropy of the levels") { $0.entropy },
            number("sharpness") { $0.sharpness }, number("level of the border") { $0.border },
            number("evenness of the border") { $0.borderDeviation },
            Property(
                name: "colour or grey", values: pictures.map { $0.properties.isGrey ? 1 : 0 }, isKind: true),
            Property(
                name: "file format",
                values: pictures.map { $0.format.flatMap { formats[$0.name] } ?? -1 }, isKind: true),
        ]
    }

    /// How many pictures' classes a property tells, each told by the pictures of other parts.
    private static func rightAnswers(
        _ property: Property, _ labels: [Int], _ classCount: Int, _ folds: Folds
    ) -> Int {
        var right = 0
        for part in 0..<folds.count {
            let known = labels.indices.filter { folds.parts[$0] != part }
            let limits = property.isKind ? [] : limits(known.map { property.values[$0] })
            func bin(_ value: Float) -> Int {
                property.isKind ? Int(value) : limits.count { value >= $0 }
            }
            var counts: [Int: [Int]] = [:]
            var all = [Int](repeating: 0, count: classCount)
            for picture in known {
                counts[bin(property.values[picture]), default: all.map { _ in 0 }][labels[picture]] += 1
                all[labels[picture]] += 1
            }
            for picture in labels.indices where folds.parts[picture] == part {
                let found = counts[bin(property.values[picture])] ?? all
                let answer = found.indices.max { (found[$0], $1) < (found[$1], $0) }
                if answer == labels[picture] { right += 1 }
            }
        }
        return right
    }

    /// The limits between bins with about as many values each.
    private static func limits(_ values: [Float]) -> [Float] {
        let sorted = values.sorted()
        return Set((1..<bins).map { sorted[$0 * sorted.count / bins] }).sorted()
    }
}
