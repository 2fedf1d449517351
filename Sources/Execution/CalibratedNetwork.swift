package import GraftNetworks

/// How a network is computed in eight bits, and what that does to what it gives.
package struct CalibratedNetwork: Sendable, Hashable, Codable {
    /// What is computed in eight bits, and on which grids.
    package var quantization: Quantization
    /// How far the outputs are from those in f32 then: the norm of the difference over their norm.
    package var error: Double
    /// How far they are with everything in floating point, as the rest of the network is computed.
    package var floatingError: Double
    /// The number of pictures that showed it.
    package var pictures: Int
    /// The number of convolutions in eight bits, and in all.
    package var convolutions: Int
    package var allConvolutions: Int

    /// What eight bits may add to the error of the outputs: a head that is trained on them does as well with
    /// so much.
    package static let allowedError = 0.25
    /// So many pictures are compared with f32, which takes longer than all else.
    private static let comparedPictures = 8

    /// Watches a network compute pictures, and finds the eight bits that keep its outputs: all convolutions
    /// at first, then without those that lose most, until what they add to the error is allowed.
    ///
    /// - Parameters:
    ///   - outputs: the nodes whose values are wanted; the network's outputs where none is named.
    ///   - precision: the arithmetic of the rest.
    ///   - pictures: what enters the network, [height, width, channels] each.
    ///   - threads: how many pictures are computed at once.
    /// - Throws: `CancellationError` when the task is cancelled, ``ExecutionError`` where no plan can be
    ///   made.
    package init(
        _ network: Network, _ parameters: ParameterStore, outputs: [String] = [], precision: Precision,
        on pictures: [[Float]], allowing allowedError: Double = CalibratedNetwork.allowedError, threads: Int
    ) async throws {
        let precision = precision.floating
        let outputs = outputs.isEmpty ? network.outputs : outputs
        let runner = ManyPictures(network, parameters, threads: threads)
        var calibration = Calibration(network, outputs: outputs)
        let watched = outputs + calibration.watched.filter { !outputs.contains($0) }
        for seen in try await runner.run(
            pictures, precision, watched, nil, { [calibration] in try calibration.sights(of: $0) })
        {
            calibration.add(seen)
        }
        let compared = Array(pictures.prefix(CalibratedNetwork.comparedPictures))
        func results(_ precision: Precision, _ quantization: Quantization? = nil) async throws -> [[Float]] {
            try await runner.run(compared, precision, outputs, quantization) { workspace in
                try outputs.flatMap { output in
                    try workspace.withFloats(of: output) { values in values.indices.map { values[$0] } }
                }
            }
        }
        let exact = try await results(.float32)
        let floatingError =
            precision == .float32 ? 0 : CalibratedNetwork.error(try await results(precision), exact)
        let limit = (floatingError * floatingError + allowedError * allowedError).squareRoot()

        let candidates = calibration.candidates()
        func attempt(without spared: Int) async throws -> (quantization: Quantization, error: Double) {
            let quantization = calibration.quantization(candidates.dropFirst(spared))
            return (quantization, CalibratedNetwork.error(try await results(precision, quantization), exact))
        }
        // The fewest left out that do, if more of them never make it worse.
        var best = try await attempt(without: 0)
        var (tooFew, enough) = (0, candidates.count)
        // Written so that an error that is no number is not allowed.
        if !(best.error <= limit) {
            best = (calibration.quantization([]), floatingError)
            while enough - tooFew > 1 {
                let middle = (tooFew + enough) / 2
                let found = try await attempt(without: middle)
                if found.error <= limit { (best, enough) = (found, middle) } else { tooFew = middle }
            }
        }
        quantization = best.quantization
        error = best.error
        self.floatingError = floatingError
        self.pictures = pictures.count
        convolutions = best.quantization.convolutions.count
        allConvolutions = calibration.quantization(candidates).convolutions.count
    }

    private static func error(_ found: [[Float]], _ wanted: [[Float]]) -> Double {
        var (difference, norm) = (0.0, 0.0)
        for (found, wanted) in zip(found.joined(), wanted.joined()) {
            difference += Double((found - wanted) * (found - wanted))
            norm += Double(wanted * wanted)
        }
        return (difference / max(norm, .leastNormalMagnitude)).squareRoot()
    }
}

/// Runs a network on pictures, every core a picture of its own.
private struct ManyPictures {
    private let network: Network
    private let parameters: ParameterStore
    private let threads: Int

    init(_ network: Network, _ parameters: ParameterStore, threads: Int) {
        self.network = network
        self.parameters = parameters
        self.threads = max(threads, 1)
    }

    /// - Returns: what `body` makes of each picture, in their order.
    func run<Result: Sendable>(
        _ pictures: [[Float]], _ precision: Precision, _ outputs: [String],
        _ quantization: Quantization?,
        _ body: @Sendable @escaping (Workspace) throws -> Result
    ) async throws -> [Result] {
        let plan = try await Plan.forOneThread {
            try Plan(
                inferring: network, parameters, batch: 1, precision: precision, quantization: quantization,
                outputs: outputs)
        }
        let (input, workers) = (network.nodes[0].name, min(threads, pictures.count))
        return try await withThrowingTaskGroup(of: [(Int, Result)].self) { group in
            for first in 0..<workers {
                group.addTask {
                    let worker = try await PlanWorker(threads: 1) { try Workspace(plan) }
                    return try await worker.perform { workspace in
                        try stride(from: first, to: pictures.count, by: workers).map { index in
                            try Task.checkCancellation()
                            try workspace.withFloats(of: input) { values in
                                for place in values.indices { values[place] = pictures[index][place] }
                            }
                            try workspace.runForward()
                            return (index, try body(workspace))
                        }
                    }
                }
            }
            let all = try await group.reduce(into: []) { $0 += $1 }
            return all.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }
}
