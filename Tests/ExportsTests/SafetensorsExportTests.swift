import GraftFiles
import GraftNetworks
import GraftTensors
import GraftWeightFiles
import Testing

@testable import GraftExports

@Suite struct SafetensorsExportTests {
    private let parameters = ParameterStore(["w": Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3])])

    private func entry(
        _ name: String = "a", _ shape: Shape = [2, 3], _ arrangement: TensorArrangement = .same,
        of parameter: String = "w"
    ) -> SafetensorsEntry {
        SafetensorsEntry(name: name, shape: shape, content: .parameter(parameter, arrangement))
    }

    private func written(
        _ entries: [SafetensorsEntry], _ store: ParameterStore? = nil, isHalf: Bool = false
    ) throws -> NamedTensors {
        let path = temporaryPath("weights.safetensors")
        defer { try? FileRemoval.remove(path) }
        try SafetensorsExport(
            entries, parameters: store ?? parameters, isHalf: isHalf, metadata: ["format": "pt"]
        ).write(to: path)
        return try WeightFile.read(path)
    }

    @Test func namesShapesAndOrderAreTheOtherProgram() throws {
        let found = try written([
            entry("plain"), entry("turned", [3, 2], .outputsLast(places: 1, inputs: 3, outputs: 2)),
            entry("rows", [1, 6], .channelsFirst(rows: 1, channels: 3, places: 2)),
        ])
        #expect(found.names == ["plain", "turned", "rows"])
        #expect(found["plain"]?.floats == [1, 2, 3, 4, 5, 6])
        #expect(found["turned"] == Tensor([1, 4, 2, 5, 3, 6], shape: [3, 2]))
        #expect(found["rows"] == Tensor([1, 4, 2, 5, 3, 6], shape: [1, 6]))
        #expect(found.metadata["format"] == "pt")
    }

    @Test func countersAreWholeZerosInBothSizes() throws {
        let counter = SafetensorsEntry(name: "n", shape: [], content: .batchCounter)
        for isHalf in [false, true] {
            let found = try written([entry(), counter], isHalf: isHalf)
            #expect(found["n"] == Tensor(zeros: [], elementType: .int64))
            #expect(found["a"]?.elementType == (isHalf ? .float16 : .float32))
        }
    }

    @Test func whatCannotBeWrittenIsRefused() throws {
        #expect(throws: ExportError.self) { try written([entry(), entry()]) }
        #expect(throws: ExportError.self) { try written([entry("a", [2, 3], of: "none")]) }
        #expect(throws: ExportError.self) { try written([entry("a", [2, 2])]) }
        let large = ParameterStore(["w": Tensor([1, 2, 3, 4, 5, 65_520], shape: [2, 3])])
        #expect(throws: ExportError.self) { try written([entry()], large, isHalf: true) }
        #expect(try written([entry()], large).count == 1)
    }
}
