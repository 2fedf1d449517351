import Foundation
import GraftExports
import GraftImages
import GraftNetworks
import GraftTensors
import Testing

/// Exports for the script onnx_export.py, in the folder that `GRAFT_CONFORMANCE` names.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["GRAFT_CONFORMANCE"] != nil))
struct ONNXConformanceTests {
    @Test func exportsOfEveryOperationCanBeWritten() throws {
        let folder = try #require(ProcessInfo.processInfo.environment["GRAFT_CONFORMANCE"]) + "/exports"
        for network in try SmallNetworks.all() {
            for layout in ONNXOptions.Layout.allCases {
                for type in ONNXOptions.InputType.allCases {
                    for isHalf in [false, true] {
                        try Self.small(network, layout, type, isHalf).write(to: folder)
                    }
                }
            }
        }
    }

    private static func small(
        _ network: Network, _ layout: ONNXOptions.Layout, _ type: ONNXOptions.InputType, _ isHalf: Bool
    ) throws -> ExportCase {
        let isGrey = network.inputShape?[2] == 1
        let options = ONNXOptions(
            layout: layout, inputType: type, isHalf: isHalf, metadata: ["graft.note": "ä \"b\""],
            producerVersion: "1.0")
        let isVector = network.outputShape.rank == 1
        return ExportCase(
            name: "\(network.name)-\(layout.rawValue)-\(type.rawValue)\(isHalf ? "-half" : "")",
            network: network, parameters: ParameterStore.generated(for: network, seed: 7),
            preprocessing: try preprocessing(network, isGrey ? .grey : layout == .nhwc ? .rgb : .bgr),
            options: options,
            classes: isVector ? (0..<network.outputShape[0]).map { "class \"\($0)\" \\ ü\n" } : [])
    }

    private static func preprocessing(
        _ network: Network, _ order: Preprocessing.ColorOrder
    ) throws -> Preprocessing {
        let shape = network.inputShape ?? [1, 1, 3]
        let mean: [Float] = order == .grey ? [100] : [123.675, 116.28, 103.53]
        let scale: [Float] = order == .grey ? [0.01] : [0.0171, 0.0175, 0.0174]
        return try Preprocessing(
            height: shape[0], width: shape[1], colorOrder: order, resizeRule: .squash,
            interpolation: .bilinear, mean: mean, scale: scale)
    }
}
