import Foundation
import GraftArchitectures
import GraftExecution
import GraftNetworks
import GraftTensors
import GraftTraining
import Testing

/// Ten steps of each update rule on whole networks, as PyTorch and Keras take them
/// (Conformance/training_steps.py).
@Suite struct TrainingStepsTests {
    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        struct Entry: Decodable {
            var name: String
            var norm: Double
            var moved: Double
        }
        var network: String
        var title: String
        var rule: OptimizerSettings.Rule
        var momentum: Float?
        var nesterov: Bool?
        var epsilon: Float?
        var weightDecay: Float?
        var learningRate: Float
        var losses: [Double]
        var entries: [Entry]

        var testDescription: String { "\(network) \(title)" }

        var settings: OptimizerSettings {
            var settings = OptimizerSettings(rule)
            settings.momentum = momentum ?? 0
            settings.isNesterov = nesterov ?? false
            settings.epsilon = epsilon
            settings.weightDecay = weightDecay ?? 0
            return settings
        }
    }

    struct Fixture: Decodable {
        var seed: UInt64
        var size: Int
        var labels: [Int]
        var cases: [Case]
    }

    static let fixture: Fixture? = {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Conformance/Fixtures/training_steps.json")
        guard let data = try? Data(contentsOf: file) else { return nil }
        return try? decoder.decode(Fixture.self, from: data)
    }()

    static let cases = fixture?.cases ?? []

    @Test func allRulesOnFourNetworksAreThere() {
        #expect(Self.cases.count == 20)
        #expect(Set(Self.cases.map(\.network)).count == 4)
        for example in Self.cases {
            #expect(example.losses.count == 11 && example.entries.count == 6)
            // Something is learned.
            #expect((example.losses.last ?? 0) < 0.95 * (example.losses.first ?? 0))
        }
    }

    @Test(arguments: cases) func tenLossesAreTheSources(of example: Case) async throws {
        let fixture = try #require(Self.fixture)
        let architecture = try Architecture.named(example.network)
        // VGG's classifier has 124 million parameters: its pooled features are the logits.
        let hasTop = !example.network.hasPrefix("vgg")
        let whole = try architecture.network(height: fixture.size, width: fixture.size, includeTop: hasTop)
        let layers = architecture.sourceLayers(of: whole)
        let generated = try NetworkFixture(named: example.network)
        let (parameters, _) = try architecture.match(generated.file(layers, of: architecture), to: whole)
        let end = hasTop ? "top/dense" : whole.output.name
        let network = try whole.ending(at: end)
        var generator = CounterGenerator(seed: fixture.seed, purpose: "training_steps/input")
        let pictures = (0..<fixture.labels.count * fixture.size * fixture.size * 3).map { _ in
            generator.nextNormal()
        }
        let worker = try await PlanWorker(threads: 2) {
            try Workspace(Plan(training: network, parameters, batch: fixture.labels.count))
        }
        let (losses, trained) = try await worker.perform { workspace in
            try Self.train(workspace, example, fixture, pictures, from: network.nodes[0].name, to: end)
        }
        for (step, (loss, expected)) in zip(losses, example.losses).enumerated() {
            #expect(abs(loss - expected) <= 1e-3 * expected, "step \(step): \(loss) instead of \(expected)")
        }
        #expect(losses.count == example.losses.count)
        let expected = Dictionary(uniqueKeysWithValues: example.entries.map { ($0.name, $0) })
        var found = 0
        for layer in layers {
            for entry in layer.entries {
                let name = NetworkFixture.name(of: entry, in: layer, architecture)
                guard let reference = expected[name] else { continue }
                let before = try #require(parameters[entry.parameter]).floats
                let after = try #require(trained[entry.parameter]).floats
                let moved = Self.norm(zip(after, before).map { $0 - $1 })
                #expect(abs(Self.norm(after) - reference.norm) <= 1e-3 * reference.norm, "\(name)")
                // The worst, MobileNetV2's features.2.conv.3.weight with sgd, is 1.8% off; all others are
                // within 1%.
                #expect(
                    abs(moved - reference.moved) <= 2e-2 * reference.moved,
                    "\(name) moved by \(moved) instead of \(reference.moved)")
                found += 1
            }
        }
        #expect(found == expected.count)
    }

    /// The loss before each step and after the last, and the parameters then.
    private static func train(
        _ workspace: Workspace, _ example: Case, _ fixture: Fixture, _ pictures: [Float], from input: String,
        to output: String
    ) throws -> ([Double], ParameterStore) {
        let trained = workspace.plan.trained
        var update = example.settings.step(
            learningRates: trained.map { _ in example.learningRate },
            decays: trained.map { $0.role == .kernel })
        var losses: [Double] = []
        for step in 0..<example.losses.count {
            try workspace.withFloats(of: input) {
                for index in pictures.indices { $0[index] = pictures[index] }
            }
            try workspace.runForward()
            let loss = try workspace.withFloats(of: output) { logits in
                try workspace.withGradient(of: output) { gradient in
                    Loss.crossEntropy.sum(
                        logits.span, width: logits.count / fixture.labels.count,
                        targets: .labels(fixture.labels), gradient: &gradient)
                }
            }
            losses.append(loss.mean)
            update.gradientScale = loss.gradientScale
            guard step < example.losses.count - 1 else { break }
            try workspace.runBackward()
            try workspace.update(by: update)
        }
        return (losses, try workspace.trainedParameters())
    }

    private static func norm(_ values: [Float]) -> Double {
        values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    }
}
