internal import GraftExecution
internal import GraftFiles
package import GraftNetworks
internal import GraftTensors
internal import GraftWeightFiles

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Where a run of training is, as a file: written whole or not at all, so that the last good one always is
/// there.
package struct Checkpoint: Sendable {
    /// What the run depends on, by name: data, recipe, weights and the like. It goes on with the same only.
    package var identity: [String: String]
    /// What the stages before came to, as text that their owner understands.
    package var finished: String
    /// The parameters that finished stages have changed.
    package var parameters: ParameterStore
    /// The position of the stage under way.
    package var stage: Int
    /// Where that stage is; `nil` before its first step.
    package var progress: StageProgress?

    /// The state of a run.
    package init(
        identity: [String: String], finished: String, parameters: ParameterStore, stage: Int,
        progress: StageProgress?
    ) {
        self.identity = identity
        self.finished = finished
        self.parameters = parameters
        self.stage = stage
        self.progress = progress
    }

    /// The parts of a checkpoint that are no tensors.
    private struct Header: Codable {
        var format = 1
        var identity: [String: String]
        var finished: String
        var stage: Int
        var progress: Progress?

        struct Progress: Codable {
            var epochs: Int
            var steps: Int
            /// The bits, for a sum that goes on must be the same to the last.
            var lossSum: UInt64
            var reports: [EpochReport]
            var best: EpochReport?
            var looks: Looks
            var optimizerStep: Int
            /// How many vectors the optimizer keeps of each parameter.
            var moments: [Int]
            var schedule: LearningRateCurve.State
            var averageStep: Int?
        }
    }

    private enum Part {
        static let finished = "finished/"
        static let present = "present/"
        static let best = "best/"
        static let average = "average/"
        static func moment(_ parameter: Int) -> String { "moment/\(parameter)/" }
    }

    // MARK: Writing

    /// Writes the file.
    ///
    /// - Parameter isDurable: whether it outlives the machine's fall too, and not the process's alone.
    /// - Throws: `FileError` where it cannot be written; what was there before stays then.
    package func write(to path: String, isDurable: Bool = true) throws {
        var tensors = NamedTensors()
        func add(_ prefix: String, _ store: ParameterStore) {
            for name in store.names {
                if let tensor = store[name] { _ = tensors.append(tensor, named: prefix + name) }
            }
        }
        add(Part.finished, parameters)
        var header = Header(identity: identity, finished: finished, stage: stage)
        if let progress {
            add(Part.present, progress.parameters)
            if let best = progress.best { add(Part.best, best.parameters) }
            func addVectors(_ prefix: String, _ vectors: [[Float]]) {
                for (index, values) in vectors.enumerated() {
                    _ = tensors.append(Tensor(values, shape: [values.count]), named: "\(prefix)\(index)")
                }
            }
            for (index, vectors) in progress.optimizer.moments.enumerated() {
                addVectors(Part.moment(index), vectors)
            }
            addVectors(Part.average, progress.average?.values ?? [])
            header.progress = Header.Progress(
                epochs: progress.epochs, steps: progress.steps, lossSum: progress.lossSum.bitPattern,
                reports: progress.reports, best: progress.best?.report, looks: progress.looks,
                optimizerStep: progress.optimizer.step, moments: progress.optimizer.moments.map(\.count),
                schedule: progress.schedule, averageStep: progress.average?.step)
        }
        let text = String(decoding: try JSONEncoder.ofEveryNumber().encode(header), as: UTF8.self)
        let sum = Checkpoint.checksum(of: tensors, text)
        try Safetensors.write(
            tensors, metadata: ["checkpoint": text, "checksum": sum], to: path, isDurable: isDurable)
    }

    /// What shows that a disk changed a byte.
    static func checksum(of tensors: NamedTensors, _ text: String) -> String {
        var sum = FastChecksum.checksum(Array(text.utf8))
        for entry in tensors.entries {
            let words = "\(entry.name) \(entry.tensor.shape.dimensions) \(entry.tensor.elementType)"
            sum = FastChecksum.checksum(Array(words.utf8), seed: sum)
            sum = unsafe entry.tensor.withUnsafeBytes { unsafe FastChecksum.checksum($0, seed: sum) }
        }
        return String(sum, radix: 16)
    }

    // MARK: Reading

    /// Reads the file; nothing where there is none.
    ///
    /// - Throws: ``TrainingError`` where it is no checkpoint that this version understands.
    package static func read(_ path: String) throws -> Checkpoint? {
        guard try FileStatus.of(path) != nil else { return nil }
        func flaw(_ found: String) -> TrainingError {
            TrainingError(
                path, found: found, expected: "a checkpoint of this version of Graft",
                remedy: "Delete it and start again")
        }
        let tensors: NamedTensors
        do {
            tensors = try Safetensors.read(MappedFile(reading: path))
        } catch let error as WeightFileError {
            throw flaw(error.problem.found)
        }
        guard let text = tensors.metadata["checkpoint"] else { throw flaw("is no checkpoint") }
        guard tensors.metadata["checksum"] == checksum(of: tensors, text) else {
            throw flaw("is damaged: its checksum is another one")
        }
        guard let header = try? JSONDecoder.ofEveryNumber().decode(Header.self, from: Data(text.utf8)),
            header.format == 1
        else {
            throw flaw("has a header that cannot be understood")
        }
        func store(_ prefix: String) -> ParameterStore {
            var store = ParameterStore()
            for entry in tensors.entries where entry.name.hasPrefix(prefix) {
                store[String(entry.name.dropFirst(prefix.count))] = entry.tensor
            }
            return store
        }
        func vectors(_ prefix: String) -> [[Float]] {
            var vectors: [[Float]] = []
            while let tensor = tensors["\(prefix)\(vectors.count)"] { vectors.append(tensor.floats) }
            return vectors
        }
        var progress: StageProgress?
        if let found = header.progress {
            guard found.epochs == found.reports.count, found.steps >= 0, found.optimizerStep >= 0 else {
                throw flaw("says things that cannot be")
            }
            progress = StageProgress(
                epochs: found.epochs, steps: found.steps, lossSum: Double(bitPattern: found.lossSum),
                parameters: store(Part.present), reports: found.reports,
                best: found.best.map { BestEpoch(report: $0, parameters: store(Part.best)) },
                looks: found.looks,
                optimizer: OptimizerState(
                    step: found.optimizerStep,
                    moments: found.moments.indices.map { vectors(Part.moment($0)) }),
                schedule: found.schedule,
                average: found.averageStep.map {
                    ParameterAverage.State(step: $0, values: vectors(Part.average))
                })
        }
        return Checkpoint(
            identity: header.identity, finished: header.finished, parameters: store(Part.finished),
            stage: header.stage, progress: progress)
    }

    /// Makes sure that this is where a run with `other` as its identity stopped.
    ///
    /// - Throws: ``TrainingError`` that names what differs.
    package func requireIdentity(_ other: [String: String], path: String) throws {
        // Another seed makes another split too: what was given comes before what follows from it.
        let names = ["seed"] + Set(identity.keys).union(other.keys).sorted()
        guard let name = names.first(where: { identity[$0] != other[$0] }) else { return }
        throw TrainingError(
            path, found: "is of a run with another \(name)",
            expected: "the same data, recipe, weights and settings",
            remedy: "Give the same settings, or \(.turnOff(.resumes)) to start again")
    }
}
