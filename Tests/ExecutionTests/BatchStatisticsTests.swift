import Foundation
import GraftExecution
import GraftFiles
import GraftNetworks
import GraftTensors
import Testing

/// BatchNorm by the statistics of the batch against what PyTorch computes in float64
/// (Conformance/gradients.py).
@Suite struct BatchStatisticsTests {
    struct Fixture: Decodable {
        struct Case: Decodable {
            var `case`: String
            var input: [Int]
            var inputGradient: [Float]
            var gradients: [String: [Float]]
            var statistics: [String: [Float]]
        }
        var seed: UInt64
        var batchStatistics: [Case]
    }

    let fixture: Fixture

    init() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Conformance/Fixtures/gradients.json")
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        fixture = try decoder.decode(Fixture.self, from: Data(contentsOf: file))
    }

    @Test func gradientsAndMovingStatisticsEqualPyTorch() async throws {
        #expect(fixture.batchStatistics.count == 2)
        for entry in fixture.batchStatistics {
            let subject = try Subject(entry, seed: fixture.seed)
            let worker = try await subject.worker()
            try await worker.perform { workspace in
                workspace.isTraining = true
                try subject.step(workspace)
                let found = try workspace.withGradient(of: "input") { span in span.indices.map { span[$0] } }
                expectNear(found, entry.inputGradient, "\(entry.case): input")
                let gradients = try gradients(workspace)
                #expect(gradients.keys.sorted() == entry.gradients.keys.sorted())
                for (name, expected) in entry.gradients {
                    expectNear(gradients[name] ?? [], expected, "\(entry.case): \(name)")
                }
                let after = try workspace.trainedParameters()
                #expect(workspace.plan.statistics.map(\.name).sorted() == entry.statistics.keys.sorted())
                for (name, expected) in entry.statistics {
                    expectNear(try #require(after[name]).floats, expected, "\(entry.case): \(name)")
                }
            }
        }
    }

    @Test func gradientsAreThoseOfFiniteDifferences() async throws {
        let subject = try Subject(fixture.batchStatistics[1], seed: fixture.seed)
        let worker = try await subject.worker()
        try await worker.perform { workspace in
            for isTraining in [true, false] {
                workspace.isTraining = isTraining
                try workspace.setParameters(subject.parameters)
                try subject.step(workspace)
                let gradients = try gradients(workspace)
                for (index, parameter) in workspace.plan.trained.enumerated() {
                    let gradient = try #require(gradients[parameter.name])
                    let scale = gradient.map { abs($0) }.max() ?? 0
                    for place in stride(from: 0, to: gradient.count, by: 5) {
                        func loss(_ shift: Float) throws -> Double {
                            try workspace.setParameters(subject.parameters)
                            try workspace.withParameter(index) { parameter, _ in parameter[place] += shift }
                            return try subject.loss(workspace)
                        }
                        let numeric = Float((try loss(2e-3) - loss(-2e-3)) / 4e-3)
                        #expect(
                            abs(numeric - gradient[place]) < 0.02 * max(scale, 1),
                            "\(parameter.name) at \(place), training \(isTraining): \(numeric)")
                    }
                }
            }
        }
    }

    @Test func otherRunsUseTheMovingStatisticsAndLeaveThem() async throws {
        let subject = try Subject(fixture.batchStatistics[1], seed: fixture.seed)
        let expected = try await run(
            subject.network, subject.parameters, batch: subject.batch, input: subject.input)
        let worker = try await subject.worker()
        try await worker.perform { workspace in
            _ = try subject.loss(workspace)
            let found = try workspace.withFloats(of: "node") { span in span.indices.map { span[$0] } }
            expectNear(found, expected, "evaluation")
            let after = try workspace.trainedParameters()
            for parameter in subject.network.parameters {
                #expect(after[parameter.name] == subject.parameters[parameter.name])
            }
            workspace.isTraining = true
            _ = try subject.loss(workspace)
            let other = try workspace.withFloats(of: "node") { span in span.indices.map { span[$0] } }
            #expect(other != found)
        }
    }

    @Test func parametersAreSetAllOrNone() async throws {
        let subject = try Subject(fixture.batchStatistics[0], seed: fixture.seed)
        let worker = try await subject.worker()
        try await worker.perform { workspace in
            let before = try workspace.trainedParameters()
            #expect(before.names == ["beta", "gamma", "movingMean", "movingVariance"].map { "node/\($0)" })
            var store = before
            store["node/gamma"] = Tensor([9, 9, 9, 9], shape: [4])
            store["node/movingVariance"] = nil
            let error = #expect(throws: NetworkError.self) { try workspace.setParameters(store) }
            #expect(
                error?.description == "node/movingVariance is missing; expected a tensor of shape [4].")
            #expect(try workspace.trainedParameters()["node/gamma"] == before["node/gamma"])
            store["node/movingVariance"] = Tensor([1, 2, 3, 4], shape: [4])
            try workspace.setParameters(store)
            let after = try workspace.trainedParameters()
            #expect(after.names.allSatisfy { after[$0] == store[$0] })
        }
    }

    @Test func onlyTheNodesNamedLearnStatistics() throws {
        let subject = try Subject(fixture.batchStatistics[1], seed: fixture.seed)
        let plan = try Plan(
            training: subject.network, subject.parameters, batch: 2,
            usesBatchStatistics: { $0.name == "second/bn" }, isTrained: { $0.role == .bias })
        #expect(plan.statistics.map(\.name) == ["second/bn/movingMean", "second/bn/movingVariance"])
        #expect(plan.trained.map(\.name) == ["node/bias"])
    }

    private func gradients(_ workspace: Workspace) throws -> [String: [Float]] {
        var gradients: [String: [Float]] = [:]
        for (index, parameter) in workspace.plan.trained.enumerated() {
            try workspace.withParameter(index) { _, gradient in
                gradients[parameter.name] = gradient.indices.map { gradient[$0] }
            }
        }
        return gradients
    }

    private func expectNear(_ actual: [Float], _ expected: [Float], _ what: String) {
        #expect(actual.count == expected.count, "\(what)")
        let largest = expected.map { abs($0) }.max() ?? 0
        let worst = zip(actual, expected).map { abs($0 - $1) }.max() ?? .infinity
        #expect(worst < 2e-5 * max(largest, 1), "\(what): \(worst)")
    }
}

/// A network, numbers for it, and what its loss is: the sum of the outputs times given numbers.
private struct Subject: Sendable {
    let network: Network
    let parameters: ParameterStore
    let batch: Int
    let input: [Float]
    let cotangent: [Float]

    init(_ entry: BatchStatisticsTests.Fixture.Case, seed: UInt64) throws {
        func drawn(_ name: String, _ count: Int) -> [Float] {
            var generator = CounterGenerator(seed: seed, purpose: "\(entry.case)/\(name)")
            return (0..<count).map { _ in generator.nextNormal() }
        }
        var builder = NetworkBuilder("test")
        var x = builder.input(height: entry.input[1], width: entry.input[2], channels: entry.input[3])
        let normalization = NetworkOperation.batchNormalization(BatchNormalization(epsilon: 1e-3))
        if entry.gradients["node/gamma"] != nil {
            _ = builder.add("node", normalization, to: x)
        } else {
            x = builder.add(
                "first", .convolution(Convolution(filters: 6, kernelSize: 3, padding: .all(1))), to: x)
            x = builder.add("first/bn", normalization, to: x)
            x = builder.add("first/relu", .activation(.relu), to: x)
            let depthwise = Convolution(filters: 6, kernelSize: 3, stride: 2, padding: .all(1), groups: 6)
            x = builder.add("second", .convolution(depthwise), to: x)
            x = builder.add("second/bn", normalization, to: x)
            x = builder.add("second/relu", .activation(.relu6), to: x)
            x = builder.add("pool", .globalAveragePooling, to: x)
            _ = builder.add("node", .dense(Dense(units: 5)), to: x)
        }
        network = try builder.build()
        parameters = network.parameters.reduce(into: ParameterStore()) { store, parameter in
            var values = drawn(parameter.name, parameter.shape.elementCount)
            if parameter.role == .movingVariance { values = values.map { $0 * $0 } }
            store[parameter.name] = Tensor(values, shape: parameter.shape)
        }
        batch = entry.input[0]
        input = drawn("input", entry.input.reduce(1, *))
        cotangent = drawn("cotangent", batch * network.outputShape.elementCount)
    }

    func worker() async throws -> PlanWorker<Workspace> {
        try await PlanWorker(threads: 1) {
            try Workspace(
                Plan(
                    training: network, parameters, batch: batch, wantsInputGradients: true,
                    usesBatchStatistics: { _ in true }, statisticsMomentum: 0.9))
        }
    }

    /// Runs forward and gives the loss.
    func loss(_ workspace: Workspace) throws -> Double {
        try workspace.withFloats(of: "input") { for index in input.indices { $0[index] = input[index] } }
        try workspace.runForward()
        return try workspace.withFloats(of: "node") { output in
            cotangent.indices.reduce(0) { $0 + Double(output[$1]) * Double(cotangent[$1]) }
        }
    }

    /// Runs forward and backward.
    func step(_ workspace: Workspace) throws {
        _ = try loss(workspace)
        try workspace.withGradient(of: "node") {
            for index in cotangent.indices { $0[index] = cotangent[index] }
        }
        try workspace.runBackward()
    }
}
