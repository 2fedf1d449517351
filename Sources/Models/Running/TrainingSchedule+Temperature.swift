internal import GraftDatasets
internal import GraftNetworks
internal import GraftTensors
internal import GraftTraining

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

extension TrainingSchedule {
    /// A model whose probabilities are truer, by what it said of its validation pictures.
    ///
    /// The logits are divided by a temperature, which goes into the last layer of the head: so it is in every file that the
    /// model becomes. No class changes its place.
    ///
    /// - Returns: the same model where no temperature makes it better on pictures that it was not fitted on, or where the
    ///   model was right about all of them, which says nothing of how sure it may be.
    func tempered(_ model: ModelBundle, _ look: Look, testing: [Int]) async throws -> ModelBundle {
        let (answers, isComplete) = (look.answers, look.answers.count == model.validation.images)
        guard try dataset.task.learning().namesOneClass, isComplete,
            answers.contains(where: { Self.isWrong($0.probabilities, $0.label) }),
            let temperature = Temperature.fitted(
                logits: answers.map { $0.probabilities.map(Self.logarithm) }, labels: answers.map(\.label)),
            let parameters = model.parameters.dividingLogits(by: temperature)
        else { return model }
        var tempered = model
        tempered.parameters = parameters
        tempered.temperature = temperature
        let truer = answers.map { ($0.label, Temperature.applied(temperature, to: $0.probabilities)) }
        tempered.validation.loss = try loss(truer)
        tempered.references?.scores = truer.map { 1 - $1[$0] }.sorted()
        if tempered.test != nil, !testing.isEmpty {
            var settings = Predictor.Settings()
            (settings.threads, settings.rejects, settings.precision) = (threads, false, model.trunk.precision)
            let predictor = try Predictor(tempered, settings: settings) { network in
                try usesCache ? model.featureCollection(of: network, home: trunk.home) : nil
            }
            var found: [(Int, [Float])] = []
            try await predictor.answer(testing.map { dataset.samples[$0] }) { position, answer in
                guard let label = dataset.samples[testing[position]].target.classes.first,
                    let outputs = answer.answer?.outputs
                else { return }
                found.append((label, outputs))
            }
            if !found.isEmpty { tempered.test?.loss = try loss(found) }
        }
        return tempered
    }

    /// The mean loss of these answers.
    private func loss(_ answers: [(label: Int, probabilities: [Float])]) throws -> Double {
        let rules = try dataset.task.learning()
        let sum = answers.reduce(0) { $0 + rules.loss(of: $1.probabilities, .label($1.label), nil) }
        return sum / Double(max(answers.count, 1))
    }

    private static func isWrong(_ probabilities: [Float], _ label: Int) -> Bool {
        probabilities.contains { $0 > probabilities[label] }
    }

    /// The logit of a probability, less a number that is the same for all of a picture.
    private static func logarithm(_ probability: Float) -> Float {
        probability > 0 ? log(probability) : -.infinity
    }
}

extension ParameterStore {
    /// The same, but that the head gives logits divided by a number; `nil` where it has no last layer.
    fileprivate func dividingLogits(by number: Double) -> ParameterStore? {
        var store = self
        for role in [ParameterSpecification.Role.kernel, .bias] {
            let name = "\(Head.logits)/\(role.rawValue)"
            guard let tensor = self[name] else { return nil }
            store[name] = Tensor(tensor.floats.map { Float(Double($0) / number) }, shape: tensor.shape)
        }
        return store
    }
}
