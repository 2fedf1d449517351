import GraftExecution
import GraftNetworks
import GraftTensors

extension Network {
    /// What the network gives for generated pictures with generated parameters, and what it computes on the
    /// way, by the names of nodes.
    ///
    /// - Parameters:
    ///   - pictures: numbers that stand for pictures; the same number is the same picture.
    ///   - tapped: the nodes on the way whose values are wanted.
    func computed(
        for pictures: [Int], _ precision: Precision, tapped: [String] = []
    ) async throws -> [String: [Float]] {
        let quantization = precision == .int8 ? Quantization.assumed(for: self) : nil
        let worker = try await PlanWorker(threads: 1) {
            try Workspace(
                Plan(
                    inferring: self, .generated(for: self, seed: 4), batch: pictures.count,
                    precision: precision, quantization: quantization, tapped: tapped))
        }
        return try await worker.perform { workspace in
            try workspace.withFloats(of: nodes[0].name) { span in
                let size = span.count / pictures.count
                for (slot, picture) in pictures.enumerated() {
                    var generator = CounterGenerator(seed: UInt64(picture))
                    for index in slot * size..<(slot + 1) * size { span[index] = generator.nextNormal() }
                }
            }
            try workspace.runForward()
            return try (tapped + [output.name]).reduce(into: [:]) { values, name in
                values[name] = try workspace.withFloats(of: name) { span in span.indices.map { span[$0] } }
            }
        }
    }
}
