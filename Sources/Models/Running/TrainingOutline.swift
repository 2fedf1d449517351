public import GraftArchitectures
internal import GraftDatasets
public import GraftExecution
internal import GraftFiles
internal import GraftImages
internal import GraftNetworks
internal import GraftTensors
package import GraftTraining

/// What a training would do, told before it is done.
///
/// ```swift
/// let outline = try await learning.schedule().outline()
/// print("at most \(outline.seconds) s")
/// ```
public struct TrainingOutline: Sendable, Hashable, Codable {
    /// One layer in one stage.
    package struct Layer: Sendable, Hashable, Codable {
        /// The name of the node.
        package var name: String
        /// What it computes.
        package var operation: String
        /// The extents of its output.
        package var shape: [Int]
        /// The number of its parameters that training can change.
        package var parameters: Int
        /// Whether the stage trains it.
        package var isTrained: Bool
        /// Whether it is computed once for each picture and kept.
        package var isCached: Bool
        /// Where it takes its statistics from, if it is a BatchNorm.
        package var statistics: BatchStatistics?
        /// Its learning rate before the schedule, if it is trained.
        package var learningRate: Float?
    }

    /// One stage.
    ///
    /// ```swift
    /// for stage in outline.stages { print(stage.name, stage.epochs) }
    /// ```
    public struct Stage: Sendable, Hashable, Codable {
        /// Its name in the recipe.
        public var name: String
        /// Every layer of the network that has parameters.
        package var layers: [Layer]
        /// The nodes whose outputs are what the trained part reads.
        package var boundary: [String]
        /// The number of parameters that are trained.
        package var trainedParameters: Int
        /// The number of parameters that are frozen.
        package var frozenParameters: Int
        /// The greatest number of epochs, in the time that is left; 0 where none is.
        public var epochs: Int
        /// The number that the recipe says.
        package var allEpochs: Int
        /// The number of steps of one epoch.
        public var stepsPerEpoch: Int
        /// The bytes that the frozen part's output for all pictures and variants takes, in memory and on
        /// disk; 0 where none is kept.
        package var cacheBytes: Int
        /// The bytes of parameters, gradients, what the optimizer remembers, and feature maps.
        package var workingBytes: Int
        /// The seconds that what is computed once takes, where nothing is in the cache; measured here.
        package var frozenSeconds: Double
        /// The seconds of one step of training; measured here.
        package var stepSeconds: Double
        /// The seconds of one epoch with its validation; measured here.
        package var epochSeconds: Double
        /// The names of the ways to do the stage, where it has several: its own and those of its alternatives.
        package var ways: [String]
        /// The greatest number of seconds that all of its epochs take, those of its alternatives too.
        package var trainingSeconds: Double
    }

    /// What the data holds.
    public var data: DataSummary
    /// The name of the recipe.
    public var recipe: String
    /// The number of pictures to train on, and to validate on: before any is read.
    public var training: Int
    public var validation: Int
    /// The arithmetic of what is frozen.
    public var precision: Precision
    /// Whether training tries eight bits first, on some of the pictures, and may take them instead.
    package var triesEightBits: Bool
    /// The greatest number of seconds that training may take; `nil` for no limit.
    package var budget: Double?
    /// The published weights that training would fetch first; `nil` where none are missing.
    public var missingWeights: WeightsDownload?
    /// The stages.
    public var stages: [Stage]

    /// The greatest number of seconds that training can take: with every epoch.
    public var seconds: Double {
        stages.reduce(0) { $0 + $1.frozenSeconds + $1.trainingSeconds }
    }
}

extension TrainingSchedule {
    /// What training would do: every layer of every stage, and what it takes by a short measurement.
    ///
    /// A few pictures are read, and the network runs with parameters as a training starts with, or with random
    /// ones where its weights are not on this machine; nothing is fetched, and nothing written but how the network
    /// is computed in eight bits, where that is asked for.
    ///
    /// - Parameter seconds: about how long to measure each part of each stage.
    /// - Throws: `CancellationError` when the task is cancelled; where weights do not fit.
    public func outline(seconds: Double = 0.3) async throws -> TrainingOutline {
        try await inKnownPrecision.outlineInThisPrecision(seconds: seconds)
    }

    private func outlineInThisPrecision(seconds: Double) async throws -> TrainingOutline {
        let missing = try? missingWeights
        // Weights that cannot be had from here are as little there.
        let areMissing = recipe.isPretrained && !trunk.hasWeights
        let parameters =
            areMissing
            ? network.initialParameters(seed: seed) { _ in true } : try initialParameters()
        let quantization = try await calibrated(parameters, areStandIns: areMissing)?.network.quantization
        let reading = try measureReading(seconds: seconds)
        var outlines: [TrainingOutline.Stage] = []
        var left = budget ?? .infinity
        for number in recipe.stages.indices {
            var measured: [TrainingOutline.Stage] = []
            for way in ways(ofStage: number) {
                try Task.checkCancellation()
                measured.append(
                    try await outline(
                        way, parameters, quantization, reading: reading, left: left, seconds: seconds))
            }
            let stage = TrainingOutline.Stage(measured, left: left)
            left -= stage.frozenSeconds + stage.trainingSeconds
            outlines.append(stage)
        }
        let (training, validation) = expectedCounts
        return TrainingOutline(
            data: DataSummary(dataset), recipe: recipe.name, training: training, validation: validation,
            precision: trunk.precision, triesEightBits: beginsWithTrial, budget: budget,
            missingWeights: missing,
            stages: outlines)
    }

    /// One way to do a stage, measured.
    ///
    /// - Parameters:
    ///   - reading: the seconds of reading a picture.
    ///   - left: the seconds that are left for the stage.
    private func outline(
        _ number: Int, _ parameters: ParameterStore, _ quantization: Quantization?, reading: Double,
        left: Double, seconds: Double
    ) async throws -> TrainingOutline.Stage {
        let (training, validation) = expectedCounts
        let plan = plans[number].resolved(forPictures: training)
        let stage = plan.stage
        var perPicture = reading
        if let trunk = plan.cut.trunk {
            perPicture += try await measureFrozen(trunk, plan, parameters, quantization, seconds: seconds)
        }
        // Nothing is computed on the way in eight bits, or found without the cache.
        let usesTaps = quantization == nil && usesCache
        let passes = stages[number].examination + stages[number].remaining
        let computed = passes.filter { !(usesTaps && $0.isOnTheWay) }.reduce(0) { $0 + rows($1) }
        var frozenSeconds = perPicture * Double(computed)
        if number == 0, passes.isEmpty { frozenSeconds = reading * Double(dataset.samples.count) }
        let objective = try Objective(
            dataset.task, outputs: dataset.classes,
            targets: [dataset.task.learning().example(width: dataset.classes.count)], stage: stage,
            training: [])
        let trainer = StageTrainer(
            plan, objective: objective, source: CachedBoundary(FeatureMatrix(rows: 0, width: 0)),
            precision: trainingPrecision(plan), seed: seed, threads: threads(plan))
        let step = try await trainer.measure(
            parameters.subset(for: plan.cut.tail), pictures: training, seconds: seconds)
        let speed = StageSpeed(
            step, picture: plan.isCached ? 0 : perPicture, batch: stage.batch(of: training),
            validation: validation)
        let length =
            plan.lengthToTake(within: left - frozenSeconds, speed, pictures: training)
            ?? StageLength(epochs: 0)
        let steps = plan.lasting(length).steps(of: training)
        return TrainingOutline.Stage(
            name: stage.name, layers: layers(plan, network), boundary: plan.cut.boundary,
            trainedParameters: plan.trainedParameterCount,
            frozenParameters: network.layers.reduce(0) { $0 + $1.trainableParameters }
                - plan.trainedParameterCount,
            epochs: length.epochs, allEpochs: stage.epochs, stepsPerEpoch: steps,
            cacheBytes: passes.reduce(0) { $0 + rows($1) } * plan.boundaryWidth * MemoryLayout<Float>.size,
            workingBytes: step.byteCount, frozenSeconds: frozenSeconds, stepSeconds: step.stepSeconds,
            epochSeconds: speed.epoch(steps: steps), ways: [stage.name],
            trainingSeconds: Double(length.epochs) * speed.epoch(steps: steps))
    }

    /// How many rows of features a pass gives, if all pictures can be used.
    private func rows(_ pass: FeaturePass) -> Int {
        let samples = dataset.samples
        let pictures =
            switch pass.pictures {
            case .all: samples.count
            case .training: expectedCounts.training
            case .evaluated: samples.count - expectedCounts.training
            case .givenTraining: samples.count { $0.part == .train }
            case .givenOthers: samples.count { $0.part != .train }
            }
        return pictures * max(pass.variations.count, 1)
    }

    private func layers(_ plan: StagePlan, _ network: Network) -> [TrainingOutline.Layer] {
        let tail = Set(plan.cut.tail.nodes.filter { !$0.inputs.isEmpty }.map(\.name))
        return zip(network.nodes, network.layers).filter { $1.parameters > 0 }.map { node, layer in
            var statistics: BatchStatistics?
            if case .batchNormalization = node.operation {
                statistics = plan.batchNormalizations.contains(node.name) ? .batch : .stored
            }
            return TrainingOutline.Layer(
                name: node.name, operation: layer.operation, shape: layer.shape,
                parameters: layer.trainableParameters, isTrained: plan.trainedNodes.contains(node.name),
                isCached: plan.isCached && !tail.contains(node.name), statistics: statistics,
                learningRate: plan.learningRates[node.name])
        }
    }

    /// How many pictures there are to train and to validate on, if all can be used.
    private var expectedCounts: (training: Int, validation: Int) {
        let samples = dataset.samples
        let validation = samples.count { $0.part == .validation }
        let test = samples.count { $0.part == .test }
        guard validation == 0 else { return (samples.count - validation - test, validation) }
        let share = validationShare ?? TransferLearning.usualValidationShare
        let aside = Int((Double(samples.count - test) * share).rounded())
        return (samples.count - test - aside, aside)
    }

    /// The seconds that reading, decoding and resampling of a picture take, all cores at work.
    private func measureReading(seconds: Double) throws -> Double {
        let clock = ContinuousClock()
        let start = clock.now
        var count = 0.0
        for sample in dataset.samples {
            let (examination, image) = sample.examine()
            try examination.requireMachine()
            if let image {
                _ = trunk.preprocessing.tensor(of: image)
                count += 1
            }
            if (clock.now - start) / .seconds(1) > seconds { break }
        }
        return (clock.now - start) / .seconds(1) / max(count, 1) / Double(threads)
    }

    /// The seconds that the frozen part of a picture takes, all cores at work.
    private func measureFrozen(
        _ frozen: Network, _ plan: StagePlan, _ parameters: ParameterStore, _ quantization: Quantization?,
        seconds: Double
    ) async throws -> Double {
        let plan = try await Plan.forOneThread {
            [precision = trunk.precision, outputs = plan.cut.boundary] in
            try Plan(
                inferring: frozen, parameters, batch: MicroBatch.usual, precision: precision,
                quantization: quantization,
                outputs: outputs)
        }
        let timer = try await InferenceTimer(plan, inputs: frozen.inputs.map(\.name), cores: threads)
        return 1 / (try await timer.picturesPerSecond(seconds: seconds))
    }
}

extension TrainingOutline.Stage {
    /// A stage with several ways, as many as there is time for.
    ///
    /// - Parameters:
    ///   - ways: each by itself, the stage's own first.
    ///   - left: the seconds that are left for all of them.
    fileprivate init(_ ways: [TrainingOutline.Stage], left: Double) {
        self = ways[0]
        guard epochs == allEpochs else { return }
        for count in ways.indices.dropFirst() {
            let seconds = StageContest.seconds(ways[...count].map(\.epochSeconds), epochs: epochs)
            let frozen = frozenSeconds + ways[count].frozenSeconds
            guard frozen + seconds <= left else { return }
            (frozenSeconds, trainingSeconds) = (frozen, seconds)
            self.ways.append(ways[count].name)
            workingBytes = max(workingBytes, ways[count].workingBytes)
        }
    }
}
