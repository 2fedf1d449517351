extension ClassWeights {
    /// How much a picture of each class counts.
    ///
    /// `balanced` is scikit-learn's: pictures / (classes · pictures of the class), over the classes that have
    /// pictures.
    ///
    /// - Parameters:
    ///   - counts: the number of training pictures of each class.
    ///   - names: the names of the classes.
    ///   - subject: what an error names: "stage joint: the class weights".
    /// - Throws: `TrainingError` for names that no class has and for weights that are no weights.
    package func weights(
        counts: [Int], names: [String], subject: String = "the class weights"
    ) throws(TrainingError) -> [Float] {
        precondition(counts.count == names.count, "a number of pictures a class")
        switch self {
        case .equal: return counts.map { _ in 1 }
        case .balanced:
            let pictures = counts.reduce(0, +)
            let classes = counts.count { $0 > 0 }
            return counts.map { $0 > 0 ? Float(Double(pictures) / (Double(classes) * Double($0))) : 1 }
        case .given(let given):
            let unknown = given.keys.filter { !names.contains($0) }.sorted()
            guard unknown.isEmpty else {
                throw TrainingError(
                    subject, found: "name \(unknown.joined(separator: ", ")), which no class is called",
                    expected: "names among \(names.joined(separator: ", "))")
            }
            for (name, weight) in given.sorted(by: { $0.key < $1.key }) {
                guard weight >= 0, weight.isFinite else {
                    throw TrainingError(
                        subject, found: "give \(name) the weight \(weight)",
                        expected: "a number of at least 0")
                }
            }
            let weights = names.map { given[$0] ?? 1 }
            guard weights.contains(where: { $0 > 0 }) else {
                throw TrainingError(
                    subject, found: "are 0 for every class", expected: "at least one above 0")
            }
            return weights
        }
    }
}
