import GraftArchitectures
import GraftExecution
import GraftNetworks
import GraftTensors
import Testing

/// Gradients of whole networks in bf16 against those in f32.
@Suite(
    .enabled(if: Precision.bfloat16.isSupported, "this processor has no arithmetic in bf16"))
struct NetworkPrecisionTests {
    struct Subject: Sendable, CustomTestStringConvertible {
        var network: String
        /// The last node that is computed; the logits where none is named. VGG's first dense layer would take
        /// most of the time.
        var end: String?
        var size: Int
        /// What the generated kernels are multiplied by.
        var gain: Float = 1
        /// The greatest relative error of all gradients together.
        var tolerance: Double

        var testDescription: String { network }
    }

    // Most of the error comes from elements that fall on the other side of a ReLU's corner. PyTorch 2.15,
    // with autocast to bf16, has relative errors of 0.08 with the ResNet, 0.09 with VGG and, without a gain,
    // for there most of ReLU6 is at its upper corner, 0.85 with MobileNetV2, each on random weights of the
    // same distribution.
    static let subjects = [
        Subject(network: "resnet18.torchvision", size: 65, tolerance: 0.12),
        Subject(network: "mobilenet_v2.torchvision", size: 64, gain: 0.6, tolerance: 0.03),
        Subject(network: "googlenet.torchvision", size: 64, tolerance: 0.2),
        Subject(network: "googlenet.bvlc", size: 64, tolerance: 0.15),
        Subject(network: "vgg11.torchvision", end: "block5_pool", size: 32, tolerance: 0.2),
    ]

    @Test(arguments: subjects)
    func gradientsInBFloat16AreNearThoseInFloat32(subject: Subject) async throws {
        let (name, size) = (subject.network, subject.size)
        let whole = try Architecture.named(name).network(height: size, width: size, includeTop: true)
        let last = try #require(whole.nodes.last { $0.operation != .softmax })
        let network = try whole.ending(at: subject.end ?? last.name)
        let exact = try await gradients(of: network, subject.gain, .float32)
        let rounded = try await gradients(of: network, subject.gain, .bfloat16)
        #expect(exact.keys == rounded.keys)
        var total = (error: 0.0, norm: 0.0)
        for (parameter, expected) in exact {
            let found = try #require(rounded[parameter])
            let error = zip(found, expected).reduce(0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
            let norm = expected.reduce(0) { $0 + Double($1 * $1) }
            total = (total.error + error, total.norm + norm)
            #expect((error / norm).squareRoot() < 0.5, "\(parameter)")
        }
        // Rounded they are, and not by much.
        #expect((1e-3..<subject.tolerance).contains((total.error / total.norm).squareRoot()))
    }

    /// The gradients of all parameters and of the input for a random direction of the output.
    private func gradients(
        of network: Network, _ gain: Float, _ precision: Precision
    ) async throws -> [String: [Float]] {
        var generated = ParameterStore.generated(for: network, seed: 7)
        for kernel in network.parameters where kernel.role == .kernel {
            generated[kernel.name] = Tensor(
                try generated.tensor(for: kernel).floats.map { $0 * gain }, shape: kernel.shape)
        }
        let parameters = generated
        let worker = try await PlanWorker(threads: 2) {
            try Workspace(
                Plan(
                    training: network, parameters, batch: 2, precision: precision, wantsInputGradients: true))
        }
        return try await worker.perform { workspace in
            try workspace.withFloats(of: "input") { span in
                var generator = CounterGenerator(seed: 8)
                for index in span.indices { span[index] = generator.nextNormal() }
            }
            try workspace.runForward()
            try workspace.withGradient(of: network.output.name) { span in
                var generator = CounterGenerator(seed: 9)
                for index in span.indices { span[index] = generator.nextNormal() }
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
            return gradients
        }
    }
}
