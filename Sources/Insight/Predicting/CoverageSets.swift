internal import GraftDatasets
internal import GraftFiles
package import GraftModels
package import GraftTraining

/// For each picture the classes among which its right one is with a probability that was asked for, by what validation
/// showed of the model: see ``ConformalSets``.
package struct CoverageSets: Sendable {
    private let sets: ConformalSets
    private let classes: [String]
    private let coverage: Double

    /// Sets of a model's classes.
    ///
    /// - Parameter coverage: the probability, between 0 and 1.
    /// - Throws: `SettingError` where the model cannot give them.
    package init(_ model: ModelBundle, coverage: Double) throws {
        guard coverage > 0, coverage < 1 else {
            throw SettingError(
                "The coverage", found: "is \(coverage)", expected: "a number greater than 0 and less than 1")
        }
        guard model.task.rules.classesPerPicture == .one else {
            throw SettingError(
                "The coverage", found: "has no effect on a model whose pictures have not just one class")
        }
        guard let scores = model.references?.scores, !scores.isEmpty else {
            throw SettingError(
                "The model", found: "does not say how sure it was of its validation pictures",
                remedy: "Train it again with this version")
        }
        sets = ConformalSets(scores: scores)
        classes = model.classes
        self.coverage = coverage
        guard sets.threshold(coverage: coverage) != nil else {
            let least = Int((coverage / (1 - coverage) - 1e-9).rounded(.up))
            throw SettingError(
                "The model", found: "was validated on \(scores.count) pictures",
                expected: "at least \(least) for a coverage of \(coverage)",
                remedy: "Ask for less, or train with more validation pictures")
        }
    }

    /// The number of validation pictures that the sets rest on.
    package var count: Int { sets.scores.count }

    /// The range in which the share of pictures whose right class is in its set lies with a probability of 95 %.
    package var band: ClosedRange<Double> { sets.coverageBand(coverage: coverage) ?? 0...1 }

    /// The classes of an answer's set, the most probable first; none where no class is probable enough.
    package func labels(of answer: Answer) -> [String] {
        let outputs = answer.outputs
        return positions(in: outputs).sorted { (outputs[$0], $1) > (outputs[$1], $0) }.map { classes[$0] }
    }

    /// The positions of the classes in the set of a picture with these probabilities.
    func positions(in outputs: [Float]) -> [Int] { sets.classes(in: outputs, coverage: coverage) ?? [] }
}
