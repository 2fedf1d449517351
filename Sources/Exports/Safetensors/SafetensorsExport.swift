internal import GraftFiles
package import GraftNetworks
internal import GraftTensors
internal import GraftWeightFiles

/// A network's parameters as a safetensors file with the names and shapes of another program.
package struct SafetensorsExport: Sendable {
    private let tensors: NamedTensors
    private let metadata: [String: String]

    /// The file of these entries.
    ///
    /// - Parameters:
    ///   - parameters: where the entries' parameters are, `float32`.
    ///   - isHalf: whether numbers are stored in 16 bits.
    ///   - metadata: texts that the file carries. Programs that tell frameworks apart read `format`, "pt" for
    ///     PyTorch.
    /// - Throws: ``ExportError`` where a name occurs twice, a parameter is missing or has another number of
    ///   elements, or 16 bits cannot hold a number.
    package init(
        _ entries: [SafetensorsEntry], parameters: ParameterStore, isHalf: Bool,
        metadata: [String: String] = [:]
    ) throws {
        var tensors = NamedTensors()
        for entry in entries {
            let tensor = try SafetensorsExport.tensor(of: entry, parameters, isHalf: isHalf)
            guard tensors.append(tensor, named: entry.name) else {
                throw ExportError("the export", found: "has two tensors named \(entry.name)")
            }
        }
        self.tensors = tensors
        self.metadata = metadata
    }

    /// Writes the file, whole or not at all.
    ///
    /// - Throws: `FileError` where it cannot be written.
    package func write(to path: String) throws {
        try Safetensors.write(tensors, metadata: metadata, to: path)
    }

    private static func tensor(
        of entry: SafetensorsEntry, _ parameters: ParameterStore, isHalf: Bool
    ) throws -> Tensor {
        switch entry.content {
        case .batchCounter: return Tensor(zeros: entry.shape, elementType: .int64)
        case .parameter(let name, let arrangement):
            guard let tensor = parameters[name], tensor.elementType == .float32,
                tensor.elementCount == entry.shape.elementCount
            else {
                throw ExportError(
                    entry.name, found: "cannot be made of the parameter \(name)",
                    expected: "a float32 parameter with \(entry.shape.elementCount) elements")
            }
            let arranged = try arrangement.applied(to: tensor, shape: entry.shape)
            return isHalf ? try half(arranged, named: entry.name) : arranged
        }
    }

    private static func half(_ tensor: Tensor, named name: String) throws(ExportError) -> Tensor {
        let values = tensor.floats
        // From 65,520 on the nearest number of 16 bits is infinity.
        guard values.allSatisfy({ $0.magnitude < 65_520 }) else {
            throw ExportError(
                name, found: "has numbers that 16 bits cannot hold", expected: "-65,504 to 65,504",
                remedy: "Export it in 32 bits")
        }
        return Tensor(halvesOf: values, shape: tensor.shape)
    }
}
