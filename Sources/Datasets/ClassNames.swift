internal import GraftFiles

/// The names of some data's classes, in the order of their bytes.
struct ClassNames {
    let all: [String]
    private let labels: [ExactText: Int]

    /// The classes of these names, each of which may come any number of times.
    ///
    /// - Throws: ``DatasetError`` where two of them look the same and are not, since they are one letter in
    ///   two Unicode forms: they would become two classes that nobody can tell apart.
    init(_ names: some Sequence<String>, in root: String) throws(DatasetError) {
        let different = Set(names.lazy.map(ExactText.init))
        all = different.map(\.text).sortedByBytes
        labels = Dictionary(uniqueKeysWithValues: all.enumerated().map { (ExactText($1), $0) })
        try Self.requireOneForm(of: all, in: root)
    }

    /// Lets no name be there twice, in one Unicode form or in two.
    static func requireOneForm(of names: [String], in root: String) throws(DatasetError) {
        // To `String` such names are equal.
        var seen: [String: String] = [:]
        for name in names {
            guard let other = seen.updateValue(name, forKey: name) else { continue }
            let isSame = name.hasBytes(of: other)
            let problem = Problem(
                root,
                found: "has the class \(name) "
                    + (isSame
                        ? "twice"
                        : "in two Unicode forms: \(other.showingNumbers) and \(name.showingNumbers)"),
                expected: isSame ? "a name of its own for each class" : "one",
                remedy: isSame ? nil : "Write its name the same way everywhere")
            throw DatasetError(.ambiguous, problem)
        }
    }

    /// The position of the class of this name.
    func label(_ name: String) -> Int? { labels[ExactText(name)] }
}

extension Dataset {
    /// Lets classes have different names: for data sets that others made.
    ///
    /// - Throws: ``DatasetError`` where one is there twice, or in two Unicode forms.
    package func requireDifferentNames() throws(DatasetError) {
        try ClassNames.requireOneForm(of: classes, in: root)
    }
}
