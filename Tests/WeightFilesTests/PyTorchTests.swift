import GraftFiles
import GraftTensors
import GraftWeightFiles
import Testing

@Suite struct PyTorchTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test(arguments: [
        "types_zip.pth", "types_legacy.pth", "types_deflated.pth", "protocol4_zip.pth",
        "protocol4_legacy.pth",
        "types.safetensors",
    ])
    func everyElementTypeIsReadExactly(name: String) throws {
        let tensors = try WeightFile.read(Fixture.path(name))
        #expect(Set(tensors.names) == Set(ElementType.allCases.map(\.rawValue)))
        for elementType in ElementType.allCases {
            let tensor = try #require(tensors[elementType.rawValue])
            #expect(tensor.elementType == elementType)
            #expect(tensor.shape == [2, 3])
            switch elementType {
            case .float64, .float32, .float16, .bfloat16:
                #expect(tensor.floats == [-1, -0.5, 0, 0.5, 1, 1.5])
            case .bool: #expect(tensor.floats == [0, 1, 1, 1, 1, 1])
            default: #expect(tensor.floats == [0, 1, 2, 3, 4, 5])
            }
        }
    }

    @Test(arguments: ["types_zip.pth", "types_legacy.pth"])
    func namesAreInFileOrder(name: String) throws {
        #expect(
            try WeightFile.read(Fixture.path(name)).names == [
                "float64", "float32", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint8",
                "bool",
            ])
    }

    @Test(arguments: ["views_zip.pth", "views_legacy.pth"])
    func viewsOfOneStorageBecomeRowMajor(name: String) throws {
        let tensors = try WeightFile.read(Fixture.path(name))
        #expect(tensors["whole"] == Tensor((0..<24).map(Float.init), shape: [2, 3, 4]))
        var transposed: [Float] = []
        for last in 0..<4 {
            for row in 0..<6 { transposed.append(Float(4 * row + last)) }
        }
        #expect(tensors["transposed"] == Tensor(transposed, shape: [4, 2, 3]))
        #expect(tensors["slice"] == Tensor([5, 6, 7, 8], shape: [4]))
        #expect(tensors["steps"] == Tensor([6, 8, 10, 12, 14, 16], shape: [2, 3]))
        #expect(tensors["columns"] == Tensor([1, 2, 7, 8, 13, 14, 19, 20], shape: [4, 2]))
        #expect(tensors["expanded"] == Tensor([7, 7, 7, 7, 7, 7], shape: [3, 2]))
        #expect(tensors["scalar"] == Tensor([2.5], shape: []))
        #expect(tensors["nothing"] == Tensor([], shape: [0, 3]))
        #expect(tensors["parameter"] == Tensor([1, 1], shape: [2]))
        #expect(tensors["größe.重み"] == Tensor([1], shape: [1]))
    }

    @Test(arguments: ["checkpoint_zip.pth", "checkpoint_legacy.pth"])
    func stateDictIsFoundInACheckpoint(name: String) throws {
        let tensors = try WeightFile.read(Fixture.path(name))
        #expect(
            tensors.names == [
                "0.weight", "0.bias", "1.weight", "1.bias", "1.running_mean", "1.running_var",
                "1.num_batches_tracked",
            ])
        #expect(tensors["0.weight"] == Tensor([3, 4], shape: [2, 1, 1, 1]))
        #expect(tensors["0.bias"] == Tensor([5, 6], shape: [2]))
        #expect(tensors["1.num_batches_tracked"] == Tensor([1, 0, 0, 0, 0, 0, 0, 0], [], .int64))
        #expect(tensors.leftOut == ["epoch", "arch", "best", "optimizer", "size", "type"])
    }

    @Test(arguments: ["script_zip.pth", "script_legacy.pth"])
    func objectsOfOtherClassesBesideTheTensorsStandForNothingAndAreListed(name: String) throws {
        let tensors = try WeightFile.read(Fixture.path(name))
        #expect(tensors.names == ["a", "b"])
        #expect(tensors["a"]?.floats == [1, 2] && tensors["b"]?.floats == [3])
        let entries = ["args", "best_acc1", "history", "date", "meters", "counter", "where"]
        #expect(Array(tensors.leftOut.prefix(entries.count)) == entries)
        let classes = Set(tensors.leftOut.dropFirst(entries.count))
        for known in ["argparse.Namespace", "datetime.date", "collections.Counter"] {
            #expect(classes.contains("\(known), which is not run"), "\(classes)")
        }
        #expect(classes.allSatisfy { $0.hasSuffix(", which is not run") })
    }

    @Test func codeBesideTheTensorsIsNotRunAndDoesNotHideThem() throws {
        var pickle = PickleBytes()
        pickle.put("}")
        pickle.text("state_dict")
        pickle.put("}")
        pickle.text("a")
        pickle.tensor(count: 2, sizes: [2], strides: [1])
        pickle.put("ss")
        pickle.text("args")
        pickle.global("os", "system")
        pickle.text("touch was-here")
        pickle.bytes.append(0x85)
        pickle.put("R}bs")
        let tensors = try folder.read(pickle.legacyFile(storages: [("0", 2, 8)]))
        #expect(tensors.names == ["a"])
        #expect(tensors.leftOut == ["args", "os.system, which is not run"])
    }

    @Test func nestedDictionariesAreJoinedWithDots() throws {
        let tensors = try WeightFile.read(Fixture.path("nested_zip.pth"))
        #expect(tensors.names == ["nested.a.b", "d"])
        #expect(tensors.leftOut == ["nested.c"])
    }

    @Test func python2StringsAreNames() throws {
        var pickle = PickleBytes()
        pickle.global("collections", "OrderedDict")
        // OrderedDict's one argument is a list of pairs.
        pickle.put("]](")
        pickle.oldText("fc.weight")
        pickle.tensor(count: 2, sizes: [2], strides: [1])
        pickle.put("ea")
        pickle.bytes.append(0x85)
        pickle.put("R")
        let tensors = try folder.read(pickle.legacyFile(storages: [("0", 2, 8)]))
        #expect(tensors.names == ["fc.weight"])
        #expect(tensors["fc.weight"]?.floats == [0, 0])
    }

    @Test func otherElementTypesAreNamed() {
        let expected =
            "; expected float64, float32, float16, bfloat16, int64, int32, int16, int8, uint8 or bool."
            + " Convert it to one of these types."
        for (name, type) in [
            ("uint16_zip.pth", "torch.uint16"), ("complex_legacy.pth", "torch.ComplexFloatStorage"),
        ] {
            let error = #expect(throws: WeightFileError.self) { try WeightFile.read(Fixture.path(name)) }
            #expect(error?.code == .unsupported)
            #expect(
                error?.description
                    == "\(Fixture.path(name)) has elements of type \(type), which Graft does not read"
                    + expected)
        }
    }

    @Test func pickledModuleIsRefusedByName() {
        let error = #expect(throws: WeightFileError.self) {
            try WeightFile.read(Fixture.path("module_zip.pth"))
        }
        #expect(error?.code == .forbidden)
        #expect(
            error?.description == Fixture.path("module_zip.pth")
                + " names torch.nn.modules.linear.Linear, which Graft never runs; expected tensors and plain"
                + " containers only. Save the weights alone, in Python: torch.save(model.state_dict(), path)."
        )
    }

    @Test func fileThatIsNoWeightFileIsSaidToBeWhatItIs() throws {
        let remedy =
            "; expected a weight file of Keras, PyTorch or NumPy, or safetensors. Save the weights in one of these formats."
        #expect(folder.complaint([]) == "model.pth is empty" + remedy)
        #expect(folder.complaint(Array("<!DOCTYPE html>".utf8)) == "model.pth is a web page" + remedy)
        #expect(
            folder.complaint([1, 2, 255])
                == "model.pth starts with the bytes 01 02 ff, which no known weight file does"
                + remedy)
        #expect(
            folder.complaint([0x80, 2] + Array("N.".utf8))
                == "model.pth is a Python pickle, but not one that PyTorch wrote" + remedy)
        #expect(
            folder.complaint(try Fixture.bytes("many_latest.h5").map { $0 })
                == "model.pth has a group with links in a fractal heap, which Graft does not read; expected what Keras"
                + " writes, and h5py by default. Copy it with h5py, in Python, to a file opened with"
                + " libver='earliest'.")
        let others: [(bytes: [UInt8], found: String)] = [
            ([0x20, 0, 0, 0] + Array("TFL3".utf8), "is a TensorFlow Lite model"),
            ([8, 1, 0x12, 0x90], "is a TensorFlow SavedModel"),
            ([8, 7, 0x12, 7] + Array("pytorch".utf8), "is an ONNX model"),
            ([0x0a, 9] + Array("GoogleNet".utf8) + [0xa2, 6], "is a Caffe model"),
            ([0x0a, 20, 0x0a, 5] + Array("input".utf8), "is a frozen TensorFlow graph"),
            (
                [0, 0, 0, 0, 1, 0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb],
                "is the index of a TensorFlow checkpoint"
            ),
        ]
        for (bytes, found) in others { #expect(folder.complaint(bytes) == "model.pth \(found)" + remedy) }
    }

    @Test func bigEndianFilesAreRefused() throws {
        let sentence =
            "model.pth was written on a big-endian machine; expected little-endian numbers."
            + " Load it with PyTorch and save it again on a common machine."
        var legacy = try Fixture.bytes("types_legacy.pth")
        let key = Array("little_endian".utf8)
        let place = try #require(legacy.indices.first { legacy[$0...].starts(with: key) })
        let value = try #require(legacy[place...].firstIndex(of: 0x88))
        legacy[value] = 0x89
        #expect(folder.complaint(legacy) == sentence)

        let zip = ZipBytes([("m/data.pkl", Array("N.".utf8)), ("m/byteorder", Array("big".utf8))]).stored()
        #expect(folder.complaint(zip) == sentence)
    }
}
