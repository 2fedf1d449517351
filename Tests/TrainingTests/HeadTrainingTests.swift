import Foundation
import GraftExecution
import GraftNetworks
import GraftTensors
import Testing

@testable import GraftTraining

/// Dense layer, cross-entropy and Adam against PyTorch's (Conformance/head_training.py).
@Suite struct HeadTrainingTests {
    struct Fixture: Decodable {
        struct Run: Decodable {
            var epsilon: Float
            var losses: [Float]
            var firstGradientKernel: [Float]
            var firstGradientBias: [Float]
            var finalKernel: [Float]
            var finalBias: [Float]
        }
        var labels: [Int]
        var learningRate: Float
        var features: [Float]
        var kernel: [Float]
        var bias: [Float]
        var runs: [Run]
    }

    let fixture: Fixture
    let network: Network
    let parameters: ParameterStore

    init() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Conformance/Fixtures/head_training.json")
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        fixture = try decoder.decode(Fixture.self, from: Data(contentsOf: file))
        var builder = NetworkBuilder("head")
        let x = builder.add("features", .input(Input(shape: [7])))
        _ = builder.add("top/dense", .dense(Dense(units: 3)), to: x)
        network = try builder.build()
        parameters = ParameterStore([
            "top/dense/kernel": Tensor(fixture.kernel, shape: [3, 7]),
            "top/dense/bias": Tensor(fixture.bias, shape: [3]),
        ])
    }

    @Test func tenStepsOfAdamEqualPyTorch() async throws {
        for run in fixture.runs {
            let worker = try await PlanWorker(threads: 1) { [network, parameters] in
                try Workspace(Plan(training: network, parameters, batch: 12))
            }
            try await worker.perform { workspace in
                var settings = OptimizerSettings(.adam)
                settings.epsilon = run.epsilon
                var adam = settings.step(
                    learningRates: [fixture.learningRate, fixture.learningRate], decays: [false, false])
                adam.gradientScale = 1 / 12
                for (step, expected) in run.losses.enumerated() {
                    let loss = try forwardAndBackward(workspace, rows: 12)
                    #expect(abs(loss - expected) < 1e-5, "step \(step)")
                    for index in workspace.plan.trained.indices where step == 0 {
                        try workspace.withParameter(index) { _, gradient in
                            let first = index == 0 ? run.firstGradientKernel : run.firstGradientBias
                            #expect(near(gradient.indices.map { gradient[$0] / 12 }, first, 1e-5))
                        }
                    }
                    try workspace.update(by: adam)
                }
                let trained = try workspace.trainedParameters()
                for (name, expected) in [
                    ("top/dense/kernel", run.finalKernel), ("top/dense/bias", run.finalBias),
                ] {
                    let values = try #require(trained[name]).floats
                    #expect(near(values, expected, 2e-5), "\(name)")
                }
            }
        }
    }

    @Test func rowsBeyondTheBatchDoNotCount() async throws {
        // Five pictures in a plan for twelve, with rubbish in the other rows, and five alone.
        let gradients = try await [12, 5].asyncMap { batch in
            let worker = try await PlanWorker(threads: 1) { [network, parameters] in
                try Workspace(Plan(training: network, parameters, batch: batch))
            }
            return try await worker.perform { workspace in
                try workspace.withFloats(of: "features") { for index in $0.indices { $0[index] = 99 } }
                _ = try forwardAndBackward(workspace, rows: 5)
                var gradient: [Float] = []
                try workspace.withParameter(0) { _, span in gradient = span.indices.map { span[$0] } }
                return gradient
            }
        }
        #expect(near(gradients[0], gradients[1], 1e-6))
    }

    @Test func dropoutScalesWhatItKeepsAndItsGradient() async throws {
        var builder = NetworkBuilder("dropout")
        var x = builder.add("features", .input(Input(shape: [7])))
        x = builder.add("first", .dense(Dense(units: 200)), to: x)
        x = builder.add("dropout", .dropout(Dropout(rate: 0.25)), to: x)
        _ = builder.add("last", .dense(Dense(units: 3)), to: x)
        let network = try builder.build()
        var store = ParameterStore()
        for parameter in network.parameters {
            var generator = CounterGenerator(seed: 5, purpose: parameter.name)
            let values = (0..<parameter.shape.elementCount).map { _ in generator.nextNormal() * 0.3 }
            store[parameter.name] = Tensor(values, shape: parameter.shape)
        }
        let initial = store
        let worker = try await PlanWorker(threads: 1) {
            try Workspace(Plan(training: network, initial, batch: 4))
        }
        try await worker.perform { workspace in
            workspace.isTraining = true
            func loss(_ place: Int, _ shift: Float) throws -> Double {
                // The same mask at every run.
                workspace.generator = CounterGenerator(seed: 9)
                try workspace.setParameters(initial)
                try workspace.withParameter(0) { parameter, _ in parameter[place] += shift }
                try workspace.withFloats(of: "features") {
                    for index in $0.indices { $0[index] = Float(index % 5) }
                }
                try workspace.runForward()
                return try workspace.withFloats(of: "last") { output in
                    try workspace.withGradient(of: "last") { gradient in
                        Loss.crossEntropy.sum(
                            output.span, width: 3, targets: .labels([0, 1, 2, 1]), gradient: &gradient
                        ).sum
                    }
                }
            }
            _ = try loss(0, 0)
            try workspace.runBackward()
            var gradient: [Float] = []
            try workspace.withParameter(0) { _, span in gradient = span.indices.map { span[$0] } }
            var masked = 0
            for place in stride(from: 1, to: gradient.count, by: 31) {
                let numeric = Float((try loss(place, 1e-2) - loss(place, -1e-2)) / 2e-2)
                #expect(abs(numeric - gradient[place]) < 8e-3 + 0.02 * abs(numeric), "place \(place)")
                if gradient[place] == 0 { masked += 1 }
            }
            #expect(masked > 0 && masked < 30)
        }
    }

    private func forwardAndBackward(_ workspace: Workspace, rows: Int) throws -> Float {
        try workspace.withFloats(of: "features") { target in
            for index in 0..<rows * 7 { target[index] = fixture.features[index] }
        }
        try workspace.runForward()
        let loss = try workspace.withFloats(of: "top/dense") { output in
            try workspace.withGradient(of: "top/dense") { gradient in
                Loss.crossEntropy.sum(
                    output.span, width: 3, targets: .labels(Array(fixture.labels.prefix(rows))),
                    gradient: &gradient
                ).mean
            }
        }
        try workspace.runBackward()
        return Float(loss)
    }

    private func near(_ actual: [Float], _ expected: [Float], _ tolerance: Float) -> Bool {
        actual.count == expected.count
            && expected.indices.allSatisfy { abs(actual[$0] - expected[$0]) < tolerance }
    }
}

extension Array {
    fileprivate func asyncMap<Result>(_ change: (Element) async throws -> Result) async rethrows -> [Result] {
        var results: [Result] = []
        for element in self { results.append(try await change(element)) }
        return results
    }
}
