import GraftArchitectures
import GraftExecution
import GraftFiles
import GraftNetworks
import GraftTensors
import Testing

/// Every network against the one that its source builds, with generated weights (Conformance/networks.py).
@Suite(.serialized) struct NetworkConformanceTests {
    @Test func everyNetworkHasAFixture() {
        let checkedElsewhere = ["efficientnet_lite0", "efficientnet_lite1", "efficientnet_lite2"]
        #expect(Architecture.all.map(\.name).sorted() == (NetworkFixture.names + checkedElsewhere).sorted())
    }

    @Test(arguments: NetworkFixture.names)
    func entriesAreThoseOfTheSource(name: String) throws {
        let architecture = try Architecture.named(name)
        let fixture = try NetworkFixture(named: name)
        let size = architecture.nativeSize
        let network = try architecture.network(height: size, width: size, includeTop: true)
        let layers = architecture.sourceLayers(of: network)
        #expect(layers.flatMap(\.entries).count == fixture.entryCount)
        let digest = SHA256Digest(of: NetworkFixture.list(layers, of: architecture))
        #expect(digest.hexadecimal == fixture.entriesSha256)
        #expect(network.cost.parameters == fixture.parameterCount)
        #expect(network.cost.trainableParameters == fixture.trainableParameterCount)
    }

    @Test(arguments: NetworkFixture.names)
    func float32OutputsAreThoseOfTheSource(name: String) async throws {
        let architecture = try Architecture.named(name)
        let fixture = try NetworkFixture(named: name)
        let size = architecture.nativeSize
        let native = try architecture.network(height: size, width: size, includeTop: true)
        let file = fixture.file(architecture.sourceLayers(of: native), of: architecture)
        let (parameters, report) = try architecture.match(file, to: native)
        #expect(report.isPerfect, "\(report)")
        for run in fixture.runs {
            let bare = try architecture.network(height: run.height, width: run.width, includeTop: false)
            let (frozen, report) = try architecture.match(file, to: bare)
            #expect(report.isPerfect && !report.notNeeded.isEmpty, "\(report)")
            var outputs = run.outputs
            let logits = outputs.removeValue(forKey: "logits")
            try await Self.check(bare, frozen, architecture, run, outputs, seed: fixture.seed)
            guard let logits else { continue }
            let whole = try architecture.network(height: run.height, width: run.width, includeTop: true)
            try await Self.check(whole, parameters, architecture, run, ["logits": logits], seed: fixture.seed)
        }
    }

    /// Expects outputs of `network` within 1e-4 of the source's, by the norm of the error relative to the
    /// norm of the samples.
    static func check(
        _ network: Network, _ parameters: ParameterStore, _ architecture: Architecture,
        _ run: NetworkFixture.Run, _ outputs: [String: NetworkFixture.Output], seed: UInt64
    ) async throws {
        let names = try outputs.keys.reduce(into: [String: String]()) { names, label in
            let node: String = try #require(Self.node(label, in: network, architecture), "\(label)")
            names[label] = node
        }
        let nodes = Array(names.values)
        let input = ConformanceFixture.generatedInput(
            height: run.height, width: run.width, seed: seed)
        let worker = try await PlanWorker(threads: 2) {
            try Workspace(
                Plan(inferring: network, parameters, batch: 1, precision: .float32, outputs: nodes))
        }
        let results = try await worker.perform { workspace in
            try workspace.withFloats(of: "input") { target in
                for index in input.indices { target[index] = input[index] }
            }
            try workspace.runForward()
            return try names.mapValues { name in
                try workspace.withFloats(of: name) { span in span.indices.map { span[$0] } }
            }
        }
        for (name, expected) in outputs {
            let actual = try #require(results[name])
            try #require(actual.count == expected.count, "\(name) at \(run.height)x\(run.width)")
            let squares = zip(expected.positions, expected.samples).map { position, value in
                (difference: (actual[position] - value) * (actual[position] - value), value: value * value)
            }
            let error = squares.reduce(0) { $0 + $1.difference } / squares.reduce(0) { $0 + $1.value }
            #expect(error.squareRoot() < 1e-4, "\(name) at \(run.height)x\(run.width)")
            let norm = actual.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
            #expect(abs(norm / expected.norm - 1) < 1e-4, "\(name) at \(run.height)x\(run.width)")
        }
    }

    /// The node whose output the source calls `label`: the last one of that name or below it.
    private static func node(
        _ label: String, in network: Network, _ architecture: Architecture
    ) -> String? {
        if label == "logits" {
            return network.position(of: "top/dense") == nil ? "top/pool" : "top/dense"
        }
        if label == "features" { return label }
        if architecture.name.hasPrefix("vgg"), architecture.source == .torchvision {
            // torchvision counts all that is in "features".
            let position = label.split(separator: ".").last.flatMap { Int($0) } ?? 0
            return network.nodes[1 + position].name
        }
        var path = label
        if architecture.source != .keras, architecture.source != .bvlc {
            path = label.split(separator: ".").filter { $0 != "module" }.joined(separator: "/")
        }
        return network.nodes.last { $0.name == path || $0.name.hasPrefix("\(path)/") }?.name
    }
}
