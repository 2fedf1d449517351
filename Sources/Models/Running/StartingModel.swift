internal import GraftArchitectures
internal import GraftDatasets
internal import GraftFiles
internal import GraftNetworks
internal import GraftTensors
internal import GraftTraining

/// A model that training goes on from.
struct StartingModel: Sendable {
    let bundle: ModelBundle
    /// What it is called.
    let name: String

    /// Its network without the head.
    func trunk(home: GraftHome) throws -> Trunk {
        let trained = bundle.trainedNodes.filter { !Head.contains($0) }
        return try Trunk(
            continuing: try Architecture.named(bundle.trunk.architecture), parameters: bundle.parameters,
            changed: trained, weights: bundle.trunk.weightsDigest, preprocessing: bundle.preprocessing,
            home: home)
    }

    /// Parameters to start with where some of the classes are the model's own: of its head, those of the layers before
    /// the last, and of the last one the rows of these classes.
    ///
    /// - Parameter initial: those that training would start with else.
    /// - Returns: the same as `initial` where the heads differ, or the model tells numbers, which stand for another scale.
    func head(_ initial: ParameterStore, in network: Network, classes: [String]) -> ParameterStore {
        guard bundle.task.rules.hasClasses else { return initial }
        let own = network.nodes.filter { Head.contains($0.name) }
        let known = bundle.network.nodes.filter { Head.contains($0.name) }
        guard own.map(\.name) == known.map(\.name) else { return initial }
        var store = initial
        for parameter in network.parameters where Head.contains(parameter.node) {
            guard let old = bundle.parameters[parameter.name], let new = initial[parameter.name] else {
                continue
            }
            if parameter.node != Head.logits {
                guard old.shape == new.shape else { return initial }
                store[parameter.name] = old
                continue
            }
            guard old.shape.rank == new.shape.rank,
                old.shape.dimensions.dropFirst() == new.shape.dimensions.dropFirst()
            else { return initial }
            let width = new.shape.elementCount / max(classes.count, 1)
            var (values, oldValues) = (new.floats, old.floats)
            // The head has the temperature in it, which training does not know.
            if let temperature = bundle.temperature { oldValues = oldValues.map { $0 * Float(temperature) } }
            for (position, name) in classes.enumerated() {
                guard let place = bundle.classes.firstIndex(of: name) else { continue }
                for index in 0..<width { values[position * width + index] = oldValues[place * width + index] }
            }
            store[parameter.name] = Tensor(values, shape: new.shape)
        }
        return store
    }

    /// Its classes of which data has no pictures: a model that is trained on the data does not know them.
    func forgottenClasses(in dataset: any Dataset) -> [String] {
        guard bundle.task.rules.hasClasses else { return [] }
        let counted = Set(dataset.samples.flatMap(\.target.classes)).map { dataset.classes[$0] }
        return bundle.classes.filter { !counted.contains($0) }
    }

    /// Stops where data is for another task, or no class is known to the model.
    ///
    /// - Throws: `SettingError`.
    func check(_ dataset: any Dataset) throws {
        guard dataset.task == bundle.task else {
            throw SettingError(
                dataset.root, found: "is data for \(dataset.task.name)",
                expected: "data for \(bundle.task.name), for which \(name) was trained")
        }
    }
}

extension TrainingSchedule {
    /// What is written of the model that training goes on from, before anything was measured.
    var plainStartRecord: StartRecord? {
        startingModel.map { start in
            StartRecord(
                name: start.name, classes: start.bundle.classes,
                trainedNodes: start.bundle.trainedNodes.filter { !Head.contains($0) }.sorted())
        }
    }

    /// The same with what became of what it knew.
    ///
    /// - Parameter validation: the pictures for validation.
    func startRecord(of model: ModelBundle, _ split: Split?, validation: [Int]) async throws -> StartRecord? {
        guard let start = startingModel, var record = model.start else { return nil }
        let places = dataset.classes.map { start.bundle.classes.firstIndex(of: $0) }
        let seen = Set((start.bundle.split?.members ?? []).filter { $0.part == .train }.map(\.digest))
        let digests = Dictionary(
            (split?.members ?? []).map { ($0.path, $0.digest) }, uniquingKeysWith: { first, _ in first })
        let pictures = validation.filter { picture in
            let sample = dataset.samples[picture]
            guard digests[sample.path].map({ !seen.contains($0) }) ?? false else { return false }
            return dataset.task.rules.hasClasses
                ? sample.target.classes.allSatisfy { places[$0] != nil } : !places.contains(nil)
        }
        guard !pictures.isEmpty else { return record }
        record.before = try await metrics(of: start.bundle, on: pictures, places: places.map { $0 ?? 0 })
        record.after = try await metrics(of: model, on: pictures, places: Array(dataset.classes.indices))
        return record
    }

    /// How well a model does on some pictures.
    ///
    /// - Parameter places: for each name of the data, its position among the model's.
    private func metrics(of model: ModelBundle, on pictures: [Int], places: [Int]) async throws -> Metrics {
        var settings = Predictor.Settings()
        (settings.threads, settings.rejects) = (threads, false)
        let predictor = try Predictor(model, settings: settings) { network in
            try usesCache ? model.featureCollection(of: network, home: trunk.home) : nil
        }
        var fold = predictor.rules.metrics(width: model.classes.count)
        try await predictor.answer(pictures.map { dataset.samples[$0] }) { position, answer in
            guard let outputs = answer.answer?.outputs else { return }
            let target = dataset.samples[pictures[position]].target.placed(at: places)
            fold.add(outputs, target, loss: predictor.rules.loss(of: outputs, target, model.standardization))
        }
        return fold.detailed.all
    }
}
