import Foundation
import GraftArchitectures
import GraftExecution
import GraftNetworks
import GraftTensors
import Testing

/// The gradient of every parameter of whole networks against what PyTorch computes in float64
/// (Conformance/gradients.py).
@Suite struct NetworkGradientTests {
    struct Summary: Decodable {
        var norm: Double
        var positions: [Int]
        var samples: [Float]
    }

    struct Subject: Decodable, Sendable, CustomTestStringConvertible {
        struct Entry: Decodable {
            var name: String
            var norm: Double
            var positions: [Int]
            var samples: [Float]
        }
        var network: String
        var height: Int
        var width: Int
        var inputGradient: Summary
        var entries: [Entry]

        var testDescription: String { network }
    }

    struct Fixture: Decodable { var networks: [Subject] }

    static let subjects: [Subject] = {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Conformance/Fixtures/gradients.json")
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        guard let data = try? Data(contentsOf: file) else { return [] }
        return (try? decoder.decode(Fixture.self, from: data).networks) ?? []
    }()

    @Test func fourNetworksAreThere() { #expect(Self.subjects.count == 4) }

    @Test(arguments: subjects)
    func everyParametersGradientIsPyTorchs(subject: Subject) async throws {
        let architecture = try Architecture.named(subject.network)
        let (height, width) = (subject.height, subject.width)
        let whole = try architecture.network(height: height, width: width, includeTop: true)
        let fixture = try NetworkFixture(named: subject.network)
        let layers = architecture.sourceLayers(of: whole)
        let (parameters, _) = try architecture.match(fixture.file(layers, of: architecture), to: whole)
        let end = whole.position(of: "top/dense") == nil ? "top/pool" : "top/dense"
        let network = try whole.ending(at: end)
        var generator = CounterGenerator(seed: fixture.seed, purpose: "\(subject.network)/cotangent")
        let cotangent = (0..<1000).map { _ in generator.nextNormal() }
        let input = ConformanceFixture.generatedInput(height: height, width: width, seed: fixture.seed)
        let worker = try await PlanWorker(threads: 2) {
            try Workspace(Plan(training: network, parameters, batch: 1, wantsInputGradients: true))
        }
        let (inputGradient, gradients) = try await worker.perform { workspace in
            try workspace.withFloats(of: "input") { for index in input.indices { $0[index] = input[index] } }
            try workspace.runForward()
            try workspace.withGradient(of: end) {
                for index in cotangent.indices { $0[index] = cotangent[index] }
            }
            try workspace.runBackward()
            var gradients: [String: [Float]] = [:]
            for (index, parameter) in workspace.plan.trained.enumerated() {
                try workspace.withParameter(index) { _, gradient in
                    gradients[parameter.name] = gradient.indices.map { gradient[$0] }
                }
            }
            return (
                try workspace.withGradient(of: "input") { span in span.indices.map { span[$0] } }, gradients
            )
        }
        try expectNear(
            inputGradient, subject.inputGradient.norm, subject.inputGradient.positions,
            subject.inputGradient.samples, "input")
        let expected = Dictionary(uniqueKeysWithValues: subject.entries.map { ($0.name, $0) })
        var found = 0
        for layer in layers {
            for entry in layer.entries {
                let name = NetworkFixture.name(of: entry, in: layer, architecture)
                guard let gradient = gradients[entry.parameter] else { continue }
                let reference = try #require(expected[name], "\(name)")
                try expectNear(
                    gradient, reference.norm, reference.positions, reference.samples, name)
                found += 1
            }
        }
        #expect(found == expected.count && found == gradients.count)
    }

    private func expectNear(
        _ actual: [Float], _ norm: Double, _ positions: [Int], _ samples: [Float], _ name: String
    ) throws {
        let found = actual.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
        #expect(abs(found - norm) <= 1e-3 * norm, "\(name): norm \(found) instead of \(norm)")
        let typical = Float(norm) / Float(actual.count).squareRoot()
        // In f32 a few elements fall on the other side of a ReLU's corner, which single samples feel more
        // than the norm does.
        for (position, sample) in zip(positions, samples) {
            #expect(
                abs(actual[position] - sample) <= 5e-3 * max(abs(sample), typical),
                "\(name) at \(position): \(actual[position]) instead of \(sample)")
        }
    }
}
