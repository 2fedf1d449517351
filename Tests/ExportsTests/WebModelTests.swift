import Foundation
import GraftArchitectures
import GraftExecution
import GraftFiles
import GraftImages
import GraftNetworks
import GraftTensors
import Testing

@testable import GraftExports

/// Models as the web page's interpreter reads them.
@Suite struct WebModelTests {
    private static let web = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Web")
    private static let node = GraftEnvironment.current.node

    /// Where this fails, something in `Web/`, or in what it shares, was changed: run `make web`.
    @Test func runtimeIsMadeOfTheseSources() throws {
        let web = Self.web.path
        let manager = FileManager.default
        let script = try String(contentsOfFile: web + "/build.sh", encoding: .utf8)
        let names = try #require(script.split(separator: "\n").first { $0.hasPrefix("for name in ") })
        let shared = names.dropFirst("for name in ".count).split(separator: ";")[0].split(separator: " ")
        let interpreter = try manager.contentsOfDirectory(atPath: web + "/Interpreter").filter {
            $0.hasSuffix(".swift")
        }
        let swift =
            interpreter.map { "Interpreter/\($0)" } + shared.map { "../Sources/Images/\($0).swift" }
        let page = try manager.contentsOfDirectory(atPath: web + "/page").filter { !$0.hasPrefix("__") }
        func sorted(_ names: [String]) -> [String] {
            names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        }
        var bytes: [UInt8] = []
        for name in sorted(swift) + sorted(page.map { "page/\($0)" }) {
            let content = try Data(contentsOf: URL(filePath: "\(web)/\(name)"))
            let last = name.split(separator: "/").last ?? ""
            bytes += Array("\(last) \(content.count)\n".utf8) + content
        }
        #expect(SHA256Digest(of: bytes).hexadecimal == WebRuntime.sources)
    }

    private func preprocessing(_ size: Int) throws -> Preprocessing {
        try Preprocessing(
            height: size, width: size, resizeRule: .squash, interpolation: .bilinear, mean: [120, 110, 100],
            scale: [0.02, 0.015, 0.017])
    }

    /// A picture of noise, as large as the input.
    private func noise(_ size: Int) -> PixelImage {
        var generator = CounterGenerator(seed: 7)
        return PixelImage(
            width: size, height: size,
            samples: (0..<3 * size * size).map { _ in UInt8(generator.next(below: 256)) })
    }

    @Test(
        .enabled(if: node != nil, "there is no Node.js"),
        arguments: [
            ("efficientnet_lite0", 64), ("mobilenet_v2.keras", 64), ("resnet18.torchvision", 64),
            ("vgg11.torchvision", 64),
            ("googlenet.bvlc", 64), ("inception_v3.keras", 96), ("xception.keras", 96),
            ("squeezenet1_1.keras", 64),
            ("googlenet.torchvision", 64), ("mobilenet_v1.keras", 64), ("resnet50.keras", 64),
        ])
    func interpreterComputesWhatGraftDoes(name: String, size: Int) async throws {
        let network = try Architecture.named(name).network(height: size, width: size, includeTop: false)
        let parameters = ParameterStore.generated(for: network, seed: 3)
        let preprocessing = try preprocessing(size)
        let image = noise(size)
        let input = preprocessing.tensor(of: image).floats
        let plan = try await Plan.forOneThread {
            try Plan(inferring: network, parameters, batch: 1, precision: .float32)
        }
        let worker = try await PlanWorker(threads: 1) { try Workspace(plan) }
        let names = (input: network.inputs[0].name, output: network.output.name)
        let expected = try await worker.perform { workspace in
            try workspace.withFloats(of: names.input) { for place in $0.indices { $0[place] = input[place] } }
            try workspace.runForward()
            return try workspace.withFloats(of: names.output) { span in span.indices.map { span[$0] } }
        }
        let bytes = try WebModel(network, parameters, .sixteenBits).bytes(preprocessing)
        let found = try await NodeReader(node: try #require(Self.node)).answers(
            of: bytes, shown: name, preprocessing: preprocessing, to: [image, image])
        #expect(found.answers.count == 2 && found.answers[0] == found.answers[1])
        #expect(found.answers[0].count == expected.count)
        let length = expected.reduce(0) { $0 + $1 * $1 }.squareRoot()
        let difference = zip(found.answers[0], expected).reduce(Float(0)) {
            $0 + ($1.0 - $1.1) * ($1.0 - $1.1)
        }
        .squareRoot()
        #expect(length > 0 && difference / length < 2e-3, "\(difference) of \(length)")
    }

    @Test func roundingKeepsTheSumOfARow() throws {
        // A row of 40,000 equal numbers and a large one: each is rounded down alone, and their sum would be far off.
        let row = [Float](repeating: 0.0126, count: 39_999) + [1]
        let tensor = WebTensor(kernel: row, dimensions: [1, 40_000], .eightBits)
        #expect(tensor.code == 2 && tensor.bytes.count == 4 + 40_000)
        let sum = tensor.bytes.dropFirst(4).reduce(0) { $0 + Int(Int8(bitPattern: $1)) }
        let exact = row.reduce(0.0) { $0 + Double($1) }
        #expect(abs(Double(sum) / 127 - exact) < 0.01)
        // Small kernels are in sixteen bits, vectors as they are.
        #expect(WebTensor(kernel: [0.5, -1], dimensions: [2, 1], .eightBits).code == 3)
        #expect(WebTensor([0.5, -1], dimensions: [2]).bytes == [0, 0, 0, 63, 0, 0, 128, 191])
        #expect(
            WebTensor(kernel: [0, 0], dimensions: [1, 2], .sixteenBits).bytes.suffix(4) == [0, 0, 0, 0])
    }

    @Test func hostileNamesStayText() throws {
        let page = WebPage.page(
            title: "</title><script>alert(1)</script> & \"@MODEL@\"",
            description: "{\"labels\":[\"</script><b>@WASM@\"]}", model: [1, 2, 3])
        #expect(
            page.contains("&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;@MODEL@&quot;"))
        #expect(page.contains("\\u003c/script>\\u003cb>@WASM@") || page.contains("\\u003c/script>\\u003cb>"))
        #expect(!page.contains("<script>alert") && !page.contains("<b>@WASM@"))
        #expect(page.contains("AQID") && !page.contains("@TITLE@") && !page.contains("@DESCRIPTION@"))
        #expect(!page.contains("http://") && !page.contains("https://"))
        let names = WebPage.folder(title: "t", model: [1]).map(\.name)
        #expect(names == ["index.html", "model.bin", "graft.wasm", "graft.js", "graft.d.ts"])
        #expect(WebPage.interpreter.prefix(4) == [0, 0x61, 0x73, 0x6d])
    }
}
