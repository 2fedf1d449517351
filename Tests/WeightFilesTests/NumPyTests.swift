import GraftTensors
import GraftWeightFiles
import Testing

@Suite struct NumPyTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test(arguments: ["dictionary.npy", "protocol2.npy", "protocol5.npy"])
    func dictionaryOfListsAndDictionariesIsRead(name: String) throws {
        let tensors = try WeightFile.read(Fixture.path(name))
        #expect(
            tensors.layers == [
                NamedTensors.Layer(name: "conv1", entries: ["conv1/weights", "conv1/biases"]),
                NamedTensors.Layer(name: "fc", entries: ["fc/weights", "fc/biases"]),
            ])
        #expect(tensors.layout == .inputsFirst)
        #expect(tensors["conv1/weights"] == KerasLegacyTests.counted([2, 2, 1, 2], 0))
        #expect(tensors["conv1/biases"] == KerasLegacyTests.counted([2], 1))
        // Stored column by column.
        #expect(tensors["fc/weights"] == KerasLegacyTests.counted([4, 3], 2))
        #expect(tensors["fc/biases"] == KerasLegacyTests.counted([3], 3))
    }

    @Test func everyElementTypeAndOrderIsReadExactly() throws {
        let tensors = try WeightFile.read(Fixture.path("types.npy"))
        for name in ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1"] {
            for order in ["<", ">"] {
                #expect(tensors[order + name]?.floats == [0, 1, 2, 3, 4, 5])
                #expect(tensors[order + name]?.shape == [2, 3])
            }
        }
        #expect(tensors["bool"] == Tensor([0, 1, 1, 1, 1, 1], [2, 3], .bool))
        #expect(tensors["columns"] == Tensor((0..<24).map(Float.init), shape: [2, 3, 4]))
        #expect(tensors["none"] == Tensor([], shape: [0, 3]))
        #expect(tensors["scalar"] == Tensor([2.5], shape: []))
        #expect(tensors.leftOut == ["step"])
        #expect(tensors.layers.isEmpty)
    }

    @Test func otherTypesAreNamed() throws {
        #expect(
            folder.complaint(try Fixture.bytes("complex.npy"))
                == "model.pth has elements of type c8, which Graft does not read; expected float64, float32, float16,"
                + " bfloat16, int64, int32, int16, int8, uint8 or bool. Convert it to one of these types.")
    }

    @Test func plainArrayIsSaidToBeOne() throws {
        #expect(
            folder.complaint(try Fixture.bytes("array.npy"))
                == "model.pth holds one array without a name, of type '<f8' and shape (2,); expected a pickled"
                + " dictionary: layer name to [weights, biases]. Save it again, in Python:"
                + " numpy.save(path, {name: [weights, biases]}).")
    }

    /// A file whose array of one object is a dictionary with the key "a".
    func file(_ fill: (inout PickleBytes) -> Void) -> [UInt8] {
        var pickle = PickleBytes()
        pickle.global("numpy.core.multiarray", "_reconstruct")
        pickle.global("numpy", "ndarray")
        pickle.put("K\u{0}")
        pickle.bytes.append(0x85)
        pickle.oldText("b")
        pickle.bytes.append(0x87)
        pickle.put("R(K\u{1})")
        pickle.global("numpy", "dtype")
        pickle.oldText("O8")
        pickle.bytes.append(0x85)
        pickle.put("R")
        pickle.bytes.append(0x89)
        pickle.put("]}")
        pickle.oldText("a")
        fill(&pickle)
        pickle.put("satb.")
        let header = "{'descr': '|O', 'fortran_order': False, 'shape': (), }\n"
        return [0x93] + Array("NUMPY".utf8) + [1, 0] + PickleBytes.littleEndian(header.utf8.count, 2)
            + Array(header.utf8) + pickle.bytes
    }

    /// An array of floats with so many bytes.
    func array(_ pickle: inout PickleBytes, sizes: [Int], bytes: Int) {
        pickle.global("numpy.core.multiarray", "_reconstruct")
        pickle.global("numpy", "ndarray")
        pickle.tuple([0])
        pickle.oldText("b")
        pickle.bytes.append(0x87)
        pickle.put("R(K\u{1}")
        pickle.tuple(sizes)
        pickle.global("numpy", "dtype")
        pickle.oldText("f4")
        pickle.bytes.append(0x85)
        pickle.put("R(K\u{3}")
        pickle.oldText("<")
        pickle.put("tb")
        pickle.bytes.append(0x89)
        pickle.put("T")
        pickle.bytes += PickleBytes.littleEndian(bytes, 4) + [UInt8](repeating: 0, count: bytes)
        pickle.put("tb")
    }

    @Test func python2DictionaryIsRead() throws {
        let tensors = try folder.read(
            file { pickle in
                pickle.put("]")
                array(&pickle, sizes: [2, 10], bytes: 80)
                pickle.put("a")
                array(&pickle, sizes: [3], bytes: 12)
                pickle.put("a")
            })
        #expect(tensors.names == ["a/weights", "a/biases"])
        #expect(tensors["a/weights"] == Tensor(zeros: [2, 10]))
        #expect(tensors["a/biases"] == Tensor(zeros: [3]))
    }

    @Test(arguments: [
        ([2, 2], 12, "has an array of 12 bytes; expected 16 for float32 of shape [2, 2]."),
        ([1 << 40, 1 << 40], 4, "has an array of the impossible shape [1099511627776, 1099511627776]."),
        ([-1], 4, "has an array of the impossible shape [-1]."),
    ])
    func impossibleArraysAreRefused(sizes: [Int], bytes: Int, found: String) {
        #expect(
            folder.complaint(file { array(&$0, sizes: sizes, bytes: bytes) })
                == "model.pth \(found) The file is damaged: download it again, or write it again.")
    }

    @Test(arguments: [
        ("posix", "system"), ("builtins", "set"), ("numpy", "load"), ("numpy.core.multiarray", "fromfile"),
    ])
    func namedCodeIsNeverRun(module: String, name: String) {
        let file = file { pickle in
            pickle.global(module, name)
            pickle.put(")R")
        }
        #expect(
            folder.complaint(file)
                == "model.pth names \(module).\(name), which Graft never runs; expected tensors and plain containers"
                + " only. Save plain arrays alone, in Python: numpy.save(path, {name: [weights, biases]}).")
    }

    @Test func setIsRefusedByName() throws {
        let sentence = try #require(folder.complaint(try Fixture.bytes("set.npy")))
        #expect(sentence.hasPrefix("model.pth has pickle opcode 0x8f at byte "))
    }

    @Test func dictionaryThatContainsItselfIsRefused() {
        // The dictionary is remembered, and put under its own key.
        let file = file { pickle in
            pickle.put("}q\u{1}")
            pickle.oldText("b")
            pickle.put("h\u{1}s")
        }
        #expect(
            folder.complaint(file)
                == "model.pth has dictionaries nested more than 8 deep; expected one or two levels."
                + " Use the file only if you know who made it and why.")
    }
}
