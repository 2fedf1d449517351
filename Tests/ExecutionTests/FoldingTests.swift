import GraftExecution
import GraftNetworks
import GraftTensors
import Testing

/// BatchNorm and activation as part of a convolution that is trained, against the same nodes by themselves.
@Suite struct FoldingTests {
    typealias Role = ParameterSpecification.Role

    let network: Network
    let parameters: ParameterStore

    init() throws {
        var builder = NetworkBuilder("test")
        var x = builder.input(height: 6, width: 5, channels: 3)
        x = builder.add("first", .convolution(Convolution(filters: 6, kernelSize: 3, hasBias: true)), to: x)
        x = builder.add("first/bn", .batchNormalization(BatchNormalization(epsilon: 1e-3)), to: x)
        let active = builder.add("first/relu", .activation(.leakyReLU(slope: 0.2)), to: x)
        let grouped = Convolution(filters: 6, kernelSize: 3, groups: 3)
        x = builder.add("second", .convolution(grouped), to: active)
        let unscaled = BatchNormalization(epsilon: 1e-3, hasScale: false)
        x = builder.add("second/bn", .batchNormalization(unscaled), to: x)
        x = builder.add("sum", .add, to: x, active)
        x = builder.add("third", .convolution(Convolution(filters: 4, kernelSize: 1)), to: x)
        x = builder.add("third/sigmoid", .activation(.sigmoid), to: x)
        x = builder.add("pool", .globalAveragePooling, to: x)
        _ = builder.add("node", .dense(Dense(units: 3)), to: x)
        network = try builder.build()
        parameters = network.parameters.reduce(into: ParameterStore()) { store, parameter in
            var generator = CounterGenerator(seed: 11, purpose: parameter.name)
            let values = (0..<parameter.shape.elementCount).map { _ in
                parameter.role == .movingVariance ? 0.3 + generator.nextUniform() : generator.nextNormal()
            }
            store[parameter.name] = Tensor(values, shape: parameter.shape)
        }
    }

    @Test func gradientsAreThoseOfNodesByThemselves() async throws {
        // Nodes that may use the statistics of the batch are not folded; in a run that does not train they
        // use the moving ones.
        let plain = try await run(usesBatchStatistics: { _ in true }, isTrained: { _ in true })
        let folded = try await run(isTrained: { _ in true })
        expectNear(folded.output, plain.output, "output")
        #expect(folded.gradients.count == 10)
        #expect(folded.gradients.keys == plain.gradients.keys)
        for (name, expected) in plain.gradients {
            expectNear(folded.gradients[name] ?? [], expected, name)
        }
    }

    @Test(
        arguments: [[Role.kernel], [.bias], [.gamma], [.beta], [.gamma, .bias], [.kernel, .beta]],
        Precision.allCases.filter { (try? $0.requireSupport()) != nil })
    func whatIsFrozenChangesNoOtherGradient(trained: [Role], precision: Precision) async throws {
        let all = try await run(precision, isTrained: { _ in true })
        let some = try await run(precision, isTrained: { trained.contains($0.role) })
        // What is computed once, when planning, is rounded elsewhere.
        let tolerance: Float = precision == .float32 ? 2e-5 : 2e-2
        expectNear(some.output, all.output, "output", tolerance)
        let names = network.parameters.filter { trained.contains($0.role) }.map(\.name)
        #expect(some.gradients.keys.sorted() == (names + ["input"]).sorted())
        for (name, found) in some.gradients { expectNear(found, all.gradients[name] ?? [], name, tolerance) }
    }

    @Test func parametersStandInTheOrderOfTheNetwork() throws {
        let plan = try Plan(training: network, parameters, batch: 1)
        #expect(plan.trained.map(\.name) == network.parameters.filter(\.role.hasGradient).map(\.name))
    }

    private func run(
        _ precision: Precision = .float32,
        usesBatchStatistics: @escaping @Sendable (Node) -> Bool = { _ in false },
        isTrained: @escaping @Sendable (ParameterSpecification) -> Bool
    ) async throws -> (output: [Float], gradients: [String: [Float]]) {
        let worker = try await PlanWorker(threads: 1) {
            try Workspace(
                Plan(
                    training: network, parameters, batch: 2, precision: precision, wantsInputGradients: true,
                    usesBatchStatistics: usesBatchStatistics, isTrained: isTrained))
        }
        return try await worker.perform { workspace in
            try workspace.withFloats(of: "input") { span in
                var generator = CounterGenerator(seed: 12)
                for index in span.indices { span[index] = generator.nextNormal() }
            }
            try workspace.runForward()
            try workspace.withGradient(of: "node") { span in
                for index in span.indices { span[index] = Float(index) - 2.5 }
            }
            try workspace.runBackward()
            var gradients: [String: [Float]] = [:]
            for (index, parameter) in workspace.plan.trained.enumerated() {
                try workspace.withParameter(index) { _, gradient in
                    gradients[parameter.name] = gradient.indices.map { gradient[$0] }
                }
            }
            gradients["input"] = try workspace.withGradient(of: "input") { span in
                span.indices.map { span[$0] }
            }
            let output = try workspace.withFloats(of: "node") { span in span.indices.map { span[$0] } }
            return (output, gradients)
        }
    }

    private func expectNear(
        _ actual: [Float], _ expected: [Float], _ what: String, _ tolerance: Float = 2e-5
    ) {
        #expect(actual.count == expected.count, "\(what)")
        let largest = expected.map { abs($0) }.max() ?? 0
        let worst = zip(actual, expected).map { abs($0 - $1) }.max() ?? .infinity
        #expect(worst <= tolerance * max(largest, 1), "\(what): \(worst)")
    }
}
