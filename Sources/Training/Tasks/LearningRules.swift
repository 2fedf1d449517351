package import GraftDatasets
package import GraftNetworks

/// All that is particular to a task in training and answering. Nothing else asks which task it is.
package protocol LearningRules: LabelRules {
    /// What makes answers of a head's logits; nothing where it is `nil`.
    var activation: NetworkOperation? { get }
    /// What is minimised where a stage names no loss.
    var usualLoss: Loss { get }
    /// Whether a loss can be minimised with targets of this kind.
    func takes(_ loss: Loss) -> Bool
    /// What an error expects instead of a loss that does not fit.
    var lossWords: String { get }
    /// Whether targets are numbers, which are scaled before a network learns them.
    var isStandardized: Bool { get }
    /// How numbers become what a network is trained to give; `nil` where it is not ``isStandardized``.
    func standardization(of targets: [Target], width: Int) -> Standardization?
    /// The targets of a batch as a loss takes them.
    ///
    /// - Parameter width: the number of the network's outputs.
    func batch(_ targets: [Target], width: Int, _ standardization: Standardization?) -> BatchTargets
    /// Metrics of no picture yet.
    func metrics(width: Int) -> any MetricsFold
    /// The loss of one picture's answer.
    ///
    /// - Parameter outputs: what a model gives: probabilities, or numbers in the data's units.
    func loss(of outputs: [Float], _ target: Target, _ standardization: Standardization?) -> Double
    /// What a model says of a picture.
    ///
    /// - Parameters:
    ///   - outputs: what it gives.
    ///   - names: the names of the outputs.
    func answer(_ outputs: [Float], names: [String]) -> Answer
    /// What outputs are, in words: "probabilities".
    var outputWords: String { get }
    /// Whether one class of a picture is its answer, which may not change from machine to machine.
    var namesOneClass: Bool { get }
    /// Whether an answer may be the mean over mirrored and cropped views of a picture.
    var allowsViews: Bool { get }
    /// Something to measure with.
    func example(width: Int) -> Target
}

extension LearningTask {
    /// What training and answering take.
    ///
    /// - Throws: ``TrainingError`` for a task that has labels and nothing more.
    package func learning() throws -> any LearningRules {
        guard let rules = rules as? any LearningRules else {
            throw TrainingError("The task \(name)", found: "cannot be trained")
        }
        return rules
    }
}

/// Adds up metrics picture by picture.
package protocol MetricsFold: Sendable {
    /// Adds a picture.
    ///
    /// - Parameters:
    ///   - outputs: what tells which class comes first (probabilities or logits), or numbers in the data's units.
    ///   - target: what is right.
    ///   - loss: of this picture.
    mutating func add(_ outputs: [Float], _ target: Target, loss: Double)
    /// The metrics of all pictures added, and of those of each class.
    var detailed: DetailedMetrics { get }
}
