internal import GraftExecution
package import GraftNetworks
package import GraftTensors

/// What a step of a stage takes on this machine.
package struct StepMeasurement: Sendable {
    /// The seconds of one step of training.
    package var stepSeconds: Double
    /// The seconds of one batch of validation.
    package var evaluationSeconds: Double
    /// The bytes of parameters, gradients, what the optimizer remembers, and feature maps.
    package var byteCount: Int
}

extension CounterGenerator {
    /// A number for a measurement: between −1 and 1, and never 0, for zeros would make arithmetic faster than
    /// it is.
    package mutating func nextMeasuredValue() -> Float { 2 * nextUniform() - 1 + 0x1p-24 }
}

extension StageTrainer {
    /// Measures how long the parts of the stage take with these pictures.
    ///
    /// - Parameters:
    ///   - parameters: those of the trained part; they are not changed.
    ///   - training: the pictures to train on.
    ///   - validation: how many there are to validate on.
    ///   - seconds: about how long to measure each part.
    package func speed(
        _ parameters: ParameterStore, training: [Int], validation: Int, seconds: Double
    ) async throws -> StageSpeed {
        let measured = try await measure(parameters, pictures: training.count, seconds: seconds)
        var picture = 0.0
        if let size = source.blockSize {
            let chosen = Array(training.prefix(size))
            let start = ContinuousClock.now
            _ = try await source.block(chosen, epoch: 1)
            picture = (ContinuousClock.now - start) / .seconds(1) / Double(max(chosen.count, 1))
        }
        return StageSpeed(
            measured, picture: picture, batch: plan.stage.batch(of: training.count), validation: validation)
    }

    /// The same trainer for a stage of another length.
    package func lasting(_ length: StageLength) -> StageTrainer {
        StageTrainer(
            plan.lasting(length), objective: objective, source: source, precision: precision, seed: seed,
            threads: threads, communicator: communicator)
    }

    /// Takes a few steps with random features in place of pictures, and measures them.
    ///
    /// - Parameters:
    ///   - parameters: those of the trained part; they are not changed.
    ///   - pictures: the number of training pictures.
    ///   - seconds: about how long to measure, after a first step that does not count.
    package func measure(
        _ parameters: ParameterStore, pictures: Int, seconds: Double
    ) async throws -> StepMeasurement {
        let batch = plan.stage.batch(of: pictures)
        let worker = try await makeWorker(parameters, pictures: pictures)
        var features = FeatureMatrix(rows: batch, width: plan.boundaryWidth)
        var generator = CounterGenerator(seed: seed, purpose: "measurement")
        for row in 0..<batch {
            let numbers = (0..<features.width).map { _ in generator.nextMeasuredValue() }
            features.set(row, Tensor(numbers, shape: [features.width]))
        }
        let block = FeatureBlock(matrix: features, rows: Array(0..<batch))
        let chosen = Array(repeating: 0, count: batch)
        func time(_ body: @Sendable @escaping (inout StageState) throws -> Void) async throws -> Double {
            try await worker.perform { try body(&$0) }
            let clock = ContinuousClock()
            let start = clock.now
            var count = 0.0
            repeat {
                try Task.checkCancellation()
                try await worker.perform { try body(&$0) }
                count += 1
            } while (clock.now - start) / .seconds(1) < seconds
            return (clock.now - start) / .seconds(1) / count
        }
        let step = try await time { try $0.train(on: block, chosen) }
        try await worker.perform { try $0.beginEvaluation() }
        let evaluation = try await time { try $0.evaluate(block, chosen) }
        return StepMeasurement(
            stepSeconds: step, evaluationSeconds: evaluation,
            byteCount: await worker.perform { $0.byteCount })
    }
}
