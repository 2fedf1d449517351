internal import GraftArchitectures
internal import GraftDatasets
internal import GraftExecution
internal import GraftFiles
internal import GraftImages
internal import GraftNetworks
internal import GraftTensors
internal import GraftTraining

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension TrainingSchedule {
    /// Does all that the schedule says, and tells what happens on the way.
    ///
    /// - Parameter onEvent: is told of what happens, on an unspecified thread.
    /// - Throws: `DatasetError` where too little of the data can be used or, if strict, a file cannot; where
    ///   weights are missing or do not fit; `SettingError` where another training is at work at the checkpoint;
    ///   `CancellationError` when the task is cancelled. Features that were
    ///   computed until then are kept, and so is the checkpoint.
    public func train(
        onEvent: @Sendable @escaping (TrainingEvent) -> Void = { _ in }
    ) async throws -> ModelBundle {
        let start = ContinuousClock.now
        let lock = try checkpoint.flatMap { try TrainingLock(checkpoint: $0, home: trunk.home) }
        defer { withExtendedLifetime(lock) {} }
        onEvent(.data(DataSummary(dataset)))
        var summary = TrunkSummary(trunk, isPretrained: recipe.isPretrained)
        if let model = startingModel { summary.title = "as in \(model.name)" }
        onEvent(.trunk(summary))
        if let remark = trunk.weightsRemark { onEvent(.remark(remark)) }
        if let model = startingModel, !model.forgottenClasses(in: dataset).isEmpty {
            let names = model.forgottenClasses(in: dataset).joined(separator: ", ")
            onEvent(
                .remark(
                    "The data has no pictures of \(names): the new model will not know what \(model.name) knew of that."
                ))
        }
        if !dataset.task.rules.hasClasses, plans.contains(where: { $0.stage.augmentation.changesGeometry }) {
            let advice = "leave that out where they are places."
            onEvent(
                .remark("Numbers stay as they are when pictures are moved, turned or mirrored: \(advice)"))
        }
        try await fetchWeights(onEvent: onEvent)
        return try await settled(onEvent: onEvent).train(since: start, onEvent: onEvent)
    }

    private func train(
        since start: ContinuousClock.Instant, onEvent: @Sendable @escaping (TrainingEvent) -> Void
    ) async throws -> ModelBundle {
        var run = try TrainingRun(self, since: start, onEvent: onEvent)
        let report = try await run.examine()
        while try await run.trainNextStage() {}
        let outcome = try run.outcome()
        let quantization = run.quantization
        let precision = quantization == nil ? trunk.precision.floating : trunk.precision
        let seconds = StageSeconds(
            decode: run.frozen.decodeSeconds, trunk: run.frozen.trunkSeconds, head: run.seconds(ofHead: true),
            tuning: plans.allSatisfy(\.isHeadAlone) ? nil : run.seconds(ofHead: false),
            total: (ContinuousClock.now - start) / .seconds(1))
        let description = ModelDescription(
            graftVersion: GraftVersion.current, task: dataset.task, classes: dataset.classes,
            standardization: run.standardization, preprocessing: trunk.preprocessing,
            trunk: origin(precision), start: plainStartRecord, quantization: quantization, recipe: recipe,
            seed: seed,
            stages: run.records, validation: outcome.validation, optimism: run.optimism, test: outcome.test,
            split: run.split,
            leftOut: report.findings(.leftOut).map(LeftOutPicture.init),
            provenance: provenance(report, seconds))
        var model = ModelBundle(
            description, network: network, parameters: outcome.parameters,
            golden: try await golden(run.validation, network, outcome.parameters, precision, quantization))
        let look = try await look(
            at: model, training: run.training, validation: run.validation, onEvent: onEvent)
        model.references = look.references
        model = try await tempered(model, look, testing: run.testing)
        if model.temperature != nil {
            model.golden = try await golden(
                run.validation, network, model.parameters, precision, quantization)
        }
        model.start = try await startRecord(of: model, run.split, validation: run.validation)
        return model
    }

    private func origin(_ precision: Precision) -> TrunkOrigin {
        if let startingModel {
            var origin = startingModel.bundle.trunk
            origin.precision = precision
            return origin
        }
        guard recipe.isPretrained else {
            return TrunkOrigin(
                architecture: trunk.architecture.name, weightsOrigin: "random", weightsFile: "",
                weightsDigest: SHA256Digest(of: "random parameters, seed \(seed)"), precision: precision
            )
        }
        return TrunkOrigin(
            architecture: trunk.architecture.name, weightsOrigin: trunk.weights.origin,
            weightsFile: trunk.weights.fileName, weightsDigest: trunk.weights.digest,
            precision: precision)
    }

    private func provenance(_ report: DoctorReport, _ seconds: StageSeconds) -> Provenance {
        let pictures = report.classes.reduce(into: [:]) { $0[$1.name] = $1.train + $1.validation }
        return Provenance(
            date: Date(),
            dataFolder: dataset.root.split(separator: "/").last.map(String.init) ?? dataset.root,
            pictures: pictures, processor: .current, oneDNN: Machine.oneDNNVersion, threads: threads,
            seconds: seconds)
    }

    /// The number of golden examples.
    private static let goldenCount = 3

    /// A few validation pictures as the network receives them, and its answers.
    private func golden(
        _ validation: [Int], _ network: Network, _ parameters: ParameterStore, _ precision: Precision,
        _ quantization: Quantization?
    ) async throws -> GoldenExamples {
        let step = max(validation.count / TrainingSchedule.goldenCount, 1)
        let chosen = stride(from: 0, to: validation.count, by: step).prefix(TrainingSchedule.goldenCount)
        var images = chosen.compactMap { dataset.samples[validation[$0]].examine().image }
        // Pictures that went away meanwhile must not cost the model: noise proves the arithmetic too.
        if images.isEmpty {
            var generator = CounterGenerator(seed: seed, purpose: "golden/noise")
            let samples = (0..<3 * 64 * 64).map { _ in UInt8(generator.next(below: 256)) }
            images = [PixelImage(width: 64, height: 64, samples: samples)]
        }
        let inputs = images.map { trunk.preprocessing.tensor(of: $0) }
        let shape = inputs.first?.shape.dimensions.dropFirst() ?? []
        let batch = Tensor(inputs.flatMap(\.floats), shape: Shape([images.count] + shape))
        let runner = PictureRunner(
            try PictureNetwork(
                network, preprocessing: trunk.preprocessing, precision: precision, quantization: quantization
            ) { parameters }.dividedAtFirstDense, threads: 1)
        let outputs = try await runner.outputs(for: batch)
        return GoldenExamples(
            inputs: batch,
            outputs: Tensor(outputs.flatMap { $0 }, shape: [images.count, dataset.classes.count]),
            precision: precision)
    }
}
