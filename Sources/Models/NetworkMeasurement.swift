internal import GraftArchitectures
package import GraftExecution
package import GraftFiles
package import GraftNetworks
internal import GraftTensors

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// How fast a network is on this machine, and what memory it takes.
package struct NetworkMeasurement: Sendable, Hashable, Codable {
    /// The arithmetic.
    package var precision: Precision
    /// How many cores computed one picture each at one time.
    package var cores: Int
    /// Pictures a second of all cores together; reading and decoding pictures takes no part in it.
    package var picturesPerSecond: Double
    /// The share of the cores' time that the network had; less than 1 where other programs were at work, and
    /// too few pictures a second.
    package var coreShare: Double
    /// The greatest number of bytes of physical memory that the process took while the network ran: all of
    /// the process, code and libraries included, but not the weights that were read and packed before.
    package var memory: Int
    /// The greatest number of bytes since the process began, with the weights as they were before they were
    /// packed.
    package var loadingMemory: Int
}

extension NetworkMeasurement {
    /// Measures a network in this process, with generated parameters: one picture a core, as features are
    /// computed.
    ///
    /// Memory is that of the whole process, so do this in a fresh one, or see ``measure(by:arguments:)``.
    ///
    /// - Parameters:
    ///   - network: what is run.
    ///   - precision: the arithmetic.
    ///   - cores: how many pictures are computed at once, each by one thread.
    ///   - seconds: how long it runs, after a first run that does not count; every core finishes the picture
    ///     that it is at.
    /// - Throws: `ExecutionError` where the processor lacks the precision, `CancellationError` when the task
    ///   is cancelled.
    package static func measure(
        _ network: Network, precision: Precision, cores: Int = Machine.cores, seconds: Double = 1
    ) async throws -> NetworkMeasurement {
        let estimate = network.memoryEstimate(precision: precision.floating)
        try Machine.requireMemory(
            estimate.workspace.multiplied(checked: max(cores, 1))?.adding(checked: estimate.parameters),
            for: network.name, remedy: "Use a smaller input size, or fewer threads")
        let quantization = precision == .int8 ? Quantization.assumed(for: network) : nil
        let plan = try await Plan.forOneThread {
            try Plan(
                inferring: network, .generated(for: network, seed: 0), batch: 1, precision: precision,
                quantization: quantization)
        }
        let loadingMemory = ProcessUsage.peakMemory
        ProcessUsage.beginPeakMemory()
        let cores = max(cores, 1)
        let timer = try await InferenceTimer(plan, inputs: network.inputs.map(\.name), cores: cores)
        let clock = ContinuousClock()
        let begin = clock.now
        let processorSeconds = ProcessUsage.processorSeconds
        let rate = try await timer.picturesPerSecond(seconds: seconds)
        let share =
            (ProcessUsage.processorSeconds - processorSeconds)
            / ((clock.now - begin) / .seconds(1) * Double(cores))
        return NetworkMeasurement(
            precision: precision, cores: cores, picturesPerSecond: rate, coreShare: min(share, 1),
            memory: ProcessUsage.peakMemory,
            loadingMemory: loadingMemory)
    }

    /// Measures in a process of its own, so that nothing else counts as the network's memory and a network
    /// that takes too much ends that process only.
    ///
    /// - Parameters:
    ///   - executable: a program that measures and writes JSON lines, the last of them an object whose
    ///     `measured` is a list of one measurement, as `graft models NAME --measure --precision f32 --json`
    ///     does.
    ///   - arguments: its arguments.
    /// - Throws: ``MeasurementError`` where it fails, `CancellationError` when the task is cancelled; the
    ///   process is ended then.
    package static func measure(
        by executable: String, arguments: [String]
    ) async throws -> NetworkMeasurement {
        struct Answer: Decodable {
            var measured: [NetworkMeasurement]?
            var message: String?
        }
        let child = try ChildProcess(executable, arguments)
        let (output, end) = await withTaskCancellationHandler {
            await child.output()
        } onCancel: {
            child.terminate()
        }
        try Task.checkCancellation()
        let lines = output.split(separator: UInt8(ascii: "\n"))
        let answer = lines.last.flatMap { try? JSONDecoder().decode(Answer.self, from: Data($0)) }
        if let measurement = answer?.measured?.first, end == .exited(0) { return measurement }
        throw MeasurementError(message: answer?.message, end)
    }
}

/// A measurement that could not be made.
package struct MeasurementError: ExplainedError, Hashable {
    /// What is wrong, in the parts that every error of Graft has.
    package var problem: Problem

    init(message: String?, _ end: ChildProcess.End) {
        let subject = "the process that measures"
        problem =
            switch end {
            case .exited(let code):
                Problem(subject, found: message.map { "says: \($0)" } ?? "ended with code \(code)")
            case .killed(let signal):
                Problem(
                    subject, found: "was ended by signal \(signal)",
                    remedy: signal == 9 ? "It may have needed more memory than there is" : nil)
            }
    }
}
