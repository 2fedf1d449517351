import Foundation
import GraftExports
import GraftFiles
import GraftImages
import GraftNetworks
import GraftTensors

/// A network with parameters, written as ONNX and as a definition that another program can compute.
struct ExportCase {
    var name: String
    var network: Network
    var parameters: ParameterStore
    var preprocessing: Preprocessing
    var options: ONNXOptions
    var classes: [String] = []

    /// What a reader of the definition needs.
    private struct Definition: Encodable {
        var network: Network
        var preprocessing: Preprocessing
        var layout: String
        var inputType: String
        var isHalf: Bool
        var outputs: [String]
        var classes: [String]
        var metadata: [String: String]
        var parameters: [Entry]
    }

    private struct Entry: Encodable {
        var name: String
        var shape: [Int]
    }

    /// Writes `model.onnx`, `network.json` and `parameters.f32` into a folder of the case's name.
    func write(to folder: String) throws {
        let place = "\(folder)/\(name)"
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        let export = try ONNXExport(
            network: network, parameters: parameters, preprocessing: preprocessing, classes: classes,
            options: options)
        let model = try FileReplacement("\(place)/model.onnx")
        var written = 0
        for chunk in export.chunks {
            try model.write(chunk)
            written += chunk.count
        }
        precondition(written == export.byteCount)
        try model.commit(isDurable: false)
        let definition = Definition(
            network: network, preprocessing: preprocessing, layout: options.layout.rawValue,
            inputType: options.inputType.rawValue, isHalf: options.isHalf, outputs: export.outputNames,
            classes: classes, metadata: options.metadata,
            parameters: network.parameters.map { Entry(name: $0.name, shape: $0.shape.dimensions) })
        let json = try FileReplacement("\(place)/network.json")
        try json.write(Array(JSONEncoder().encode(definition)))
        try json.commit(isDurable: false)
        let numbers = try FileReplacement("\(place)/parameters.f32")
        for parameter in network.parameters {
            let tensor = try parameters.tensor(for: parameter)
            try unsafe tensor.withUnsafeBytes { bytes in try unsafe numbers.write(bytes) }
        }
        try numbers.commit(isDurable: false)
    }
}
