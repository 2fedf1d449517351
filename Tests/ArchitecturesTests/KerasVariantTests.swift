import Foundation
import GraftFiles
import GraftNetworks
import GraftTensors
import GraftWeightFiles
import Testing

@testable import GraftArchitectures

/// Keras models as people save them after training (Conformance/keras_variants.py): what each holds of a small
/// Inception must be found, wherever it is.
@Suite struct KerasVariantTests {
    static let folder =
        ProcessInfo.processInfo.environment["GRAFT_KERAS_VARIANTS"]
        ?? ConformanceFixture.folder.appending(path: "keras_variants").path()
    static let files =
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()

    /// The network of the script, its layers named as in a fresh session.
    static let tinyInception = Architecture("tiny_inception.keras", .keras, size: 33) {
        name, height, width, _ in
        var builder = NetworkBuilder(name)
        var count = 0
        func convolution(
            _ x: String, _ filters: Int, _ size: Int, stride: Int = 1, padding: Padding = .same
        ) -> String {
            let end = count == 0 ? "" : "_\(count)"
            count += 1
            return builder.normalizedConvolution(
                "conv2d\(end)", normalization: "batch_normalization\(end)",
                activation: ("activation\(end)", .relu),
                x, Convolution(filters: filters, kernelSize: size, stride: stride, padding: padding),
                epsilon: 1e-3, hasScale: false)
        }
        var x = builder.input(height: height, width: width)
        x = convolution(x, 3, 3, stride: 2, padding: .valid)
        x = convolution(x, 4, 3)
        x = builder.add(
            "max_pooling2d", .pooling(Pooling(.maximum, size: 2, stride: 2, padding: .valid)), to: x)
        let first = convolution(x, 2, 1)
        let second = convolution(convolution(x, 3, 1), 2, 3)
        x = builder.add("mixed0", .concatenate, to: [first, second])
        builder.pooledTop(x, includeTop: false, dropout: nil)
        return try builder.build()
    }

    /// What the script put into an entry of the file's shape.
    private func values(_ layer: SourceLayer, _ index: Int) -> Tensor {
        let (base, kind) = layer.kind == .convolution ? (0, "conv2d") : (100, "batch_normalization")
        let number = Int(layer.names[0].dropFirst(kind.count + 1)) ?? 0
        let shape = layer.entries[index].shape
        let values = (0..<shape.elementCount).map { Float(base + 10 * number + index) + Float($0) / 4096 }
        return Tensor(values, shape: shape)
    }

    @Test func filesAreThere() { #expect(Self.files.count >= 13) }

    @Test(arguments: files)
    func everyLayerOfTheNetworkIsFound(file: String) throws {
        let architecture = Self.tinyInception
        let network = try architecture.network(height: 33, width: 33, includeTop: false)
        let (parameters, report) = try architecture.load(
            contentsOf: "\(Self.folder)/\(file)", for: network)
        #expect(report.loaded.count == 20)
        // The head is not the network's.
        #expect(report.unused.count == (file.contains("-2-") ? 4 : 2), "\(report.unused)")
        for layer in architecture.sourceLayers(of: network) {
            for (index, entry) in layer.entries.enumerated() {
                let expected = entry.rearrangement.apply(to: values(layer, index), shape: entry.target)
                #expect(parameters[entry.parameter] == expected, "\(entry.parameter)")
            }
        }
        // torchvision's range, since nothing is published, is another one than 0 to 1.
        let tellsRescaling =
            file.hasPrefix("functional") && !file.hasSuffix("legacy.h5") && !file.hasSuffix("weights.h5")
        #expect((report.remark != nil) == tellsRescaling, "\(report.remark ?? "")")
    }

    @Test func rescalingThatContradictsTheNetworkIsTold() throws {
        let unit = KerasRescaling(scale: [1 / 255], offset: [0])
        #expect(
            PixelRule.kerasTF.remark(on: unit, in: "m.keras")
                == "The model in m.keras brings levels to 0.0 to 1.0 by a layer Rescaling; Graft gives this network "
                + "-1.0 to 1.0, as its published weights were trained. What the file learned may not fit that."
        )
        let own = KerasRescaling(scale: [1 / 127.5], offset: [-1])
        #expect(PixelRule.kerasTF.remark(on: own, in: "m.keras") == nil)
        #expect(PixelRule.kerasTF.remark(on: nil, in: "m.keras") == nil)
        #expect(PixelRule.kerasCaffe.remark(on: unit, in: "m.keras") != nil)
        let perChannel = KerasRescaling(
            scale: [0.0171, 0.0175, 0.0174], offset: [-2.1179, -2.0357, -1.8044])
        #expect(PixelRule.torchvision.remark(on: perChannel, in: "m.keras") == nil)
    }
}
