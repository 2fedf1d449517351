import GraftWeightFiles
import Testing

@Suite struct HostilePickleTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    static let damage = " The file is damaged: download it again, or write it again."

    /// A state dict with one tensor "a".
    func pickle(_ fill: (inout PickleBytes) -> Void) -> PickleBytes {
        var pickle = PickleBytes()
        pickle.put("}")
        pickle.text("a")
        fill(&pickle)
        pickle.put("s")
        return pickle
    }

    @Test(arguments: [
        ("posix", "system"), ("os", "system"), ("builtins", "eval"), ("__builtin__", "eval"),
        ("subprocess", "Popen"),
        ("torch.hub", "load"), ("torch", "load"), ("numpy", "load"), ("collections", "OrderedDict.fromkeys"),
    ])
    func namedCodeIsNeverRun(module: String, name: String) {
        let pickle = pickle { pickle in
            pickle.global(module, name)
            pickle.text("touch was-here")
            pickle.bytes.append(0x85)
            pickle.put("R")
        }
        #expect(
            folder.complaint(pickle.legacyFile())
                == "model.pth names \(module).\(name), which Graft never runs;"
                + " expected tensors and plain containers only."
                + " Save the weights alone, in Python: torch.save(model.state_dict(), path).")
    }

    @Test func nameMadeOnTheStackIsRefusedToo() throws {
        let pickle = pickle { pickle in
            pickle.text("posix")
            pickle.text("system")
            pickle.bytes.append(0x93)
        }
        #expect(
            try #require(folder.complaint(pickle.legacyFile())).hasPrefix("model.pth names posix.system, "))
    }

    @Test func onlyFunctionsAreCalled() {
        let sentence = "model.pth has a pickle that calls what is no function." + Self.damage
        let type = pickle {
            $0.global("torch", "FloatStorage"); $0.put(")R")
        }
        #expect(folder.complaint(type.legacyFile()) == sentence)
        let text = pickle {
            $0.text("eval"); $0.put(")R")
        }
        #expect(folder.complaint(text.legacyFile()) == sentence)
    }

    @Test(arguments: [
        ([1 << 62], [1], 0, "has the impossible shape [4611686018427387904]"),
        (
            [1 << 31, 1 << 31, 1 << 31], [1, 1, 1], 0,
            "has the impossible shape [2147483648, 2147483648, 2147483648]"
        ),
        (
            [0, 1 << 62, 1 << 62], [1, 1, 1], 0,
            "has the impossible shape [0, 4611686018427387904, 4611686018427387904]"
        ),
        ([-2], [1], 0, "has the impossible shape [-2]"), ([2], [-1], 0, "has a negative stride or offset"),
        ([2], [1], -1, "has a negative stride or offset"), ([2], [1, 1], 0, "has 1 axes but 2 strides"),
        ([3], [1], 0, "reaches beyond its storage of 2 elements"),
        ([2], [1], 1, "reaches beyond its storage of 2 elements"),
        ([2], [2], 0, "reaches beyond its storage of 2 elements"),
        ([0], [1], 3, "reaches beyond its storage of 2 elements"),
        ([3, 2], [.max, 1], 0, "reaches beyond its storage of 2 elements"),
        ([2], [1], .max, "reaches beyond its storage of 2 elements"),
    ])
    func impossibleViewsAreRefused(sizes: [Int], strides: [Int], offset: Int, found: String) {
        let pickle = pickle { $0.tensor(count: 2, offset: offset, sizes: sizes, strides: strides) }
        #expect(
            folder.complaint(pickle.legacyFile(storages: [("0", 2, 8)]))
                == "model.pth has a tensor of storage 0 that \(found)." + Self.damage)
    }

    @Test(arguments: [-1, 1 << 61, 1 << 62, Int.max])
    func absurdStoragesAreRefused(count: Int) throws {
        let pickle = pickle { $0.tensor(count: count, sizes: [1], strides: [1]) }
        #expect(folder.complaint(pickle.legacyFile(storages: [("0", count, 8)])) != nil)
    }

    @Test func hugeTensorOfOneElementIsRefused() {
        let pickle = pickle { $0.tensor(count: 1, sizes: [1 << 20, 1 << 20], strides: [0, 0]) }
        let file = pickle.legacyFile(storages: [("0", 1, 4)])
        #expect(
            folder.complaint(file)
                == "model.pth: a would take 4398046511104 bytes of memory; expected at most"
                + " \(file.count * 16 + 67_108_864) for all of a file of its size."
                + " Use the file only if you know who made it and why.")
    }

    @Test func manyTensorsTogetherAreBoundedToo() throws {
        // Three of 32 MiB, from one storage of four bytes.
        var pickle = PickleBytes()
        pickle.put("}")
        for name in ["a", "b", "c"] {
            pickle.text(name)
            pickle.tensor(count: 1, sizes: [1 << 23], strides: [0])
            pickle.put("s")
        }
        let sentence = try #require(folder.complaint(pickle.legacyFile(storages: [("0", 1, 4)])))
        #expect(sentence.hasPrefix("model.pth: c would take 33554432 bytes of memory;"))
    }

    @Test(
        arguments: [
            ([0], 0), ([1, 5], 5), ([1, 0xff], -1), ([2, 0x34, 0x12], 0x1234),
            ([4, 0, 0, 0, 0x80], -0x8000_0000),
            ([9, 0, 0, 0, 0, 0, 0, 0, 0, 1], nil),
        ] as [([UInt8], Int?)])
    func longIntegersHaveTheirSign(bytes: [UInt8], value: Int?) throws {
        let pickle = pickle { pickle in
            pickle.global("torch._utils", "_rebuild_tensor_v2")
            pickle.put("(")
            pickle.storage(count: 2)
            pickle.bytes += Array("K".utf8) + [0] + Array("(".utf8) + [0x8a] + bytes + Array("t(K".utf8) + [1]
            pickle.put("ttR")
        }
        let found =
            switch value {
            case nil: "model.pth has a tensor that is not described as PyTorch does it."
            case 0?: nil as String?
            case let value? where value < 0:
                "model.pth has a tensor of storage 0 that has the impossible shape [\(value)]."
            default: "model.pth has a tensor of storage 0 that reaches beyond its storage of 2 elements."
            }
        let sentence = folder.complaint(pickle.legacyFile(storages: [("0", 2, 8)]))
        #expect(sentence == found.map { $0 + Self.damage })
    }

    @Test func storagesMustBeThoseOfTheTensors() {
        let pickle = pickle { $0.tensor(count: 2, sizes: [2], strides: [1]) }
        #expect(folder.complaint(pickle.legacyFile(storages: [("0", 2, 8)])) == nil)
        #expect(
            folder.complaint(pickle.legacyFile(storages: [("0", 3, 12)]))
                == "model.pth has storage 0 with 3 elements; expected 2 as its tensors say." + Self.damage)
        #expect(
            folder.complaint(pickle.legacyFile())
                == "model.pth has no storage 0, which a is a view of." + Self.damage)
        #expect(
            folder.complaint(pickle.legacyFile(storages: [("1", 2, 8)]))
                == "model.pth lists a storage that no tensor is a view of." + Self.damage)
        #expect(
            folder.complaint(pickle.legacyFile(storages: [("0", 2, 8), ("0", 2, 8)]))
                == "model.pth lists storage 0 twice." + Self.damage)
        #expect(
            folder.complaint(pickle.legacyFile(storages: [("0", 2, 9)]))
                == "model.pth has 1 bytes after its last storage; expected none." + Self.damage)
    }

    @Test func dictionaryThatContainsItselfIsRefused() throws {
        var pickle = PickleBytes()
        pickle.bytes += Array("}q".utf8) + [0]
        pickle.text("model")
        pickle.bytes += Array("h".utf8) + [0] + Array("s".utf8)
        pickle.text("b")
        pickle.bytes += Array("]".utf8) + Array("q".utf8) + [1] + Array("h".utf8) + [1] + Array("as".utf8)
        let sentence = try #require(folder.complaint(pickle.legacyFile()))
        #expect(sentence.hasPrefix("model.pth "))
    }

    @Test func sharedDictionariesCannotMakeAnEndlessWalk() throws {
        // Twenty dictionaries, each twice in the next: a million paths.
        var pickle = PickleBytes()
        pickle.put("}")
        for level in UInt8(0)..<20 {
            pickle.bytes += Array("q".utf8) + [level] + Array("0}".utf8)
            for key in ["x", "y"] {
                pickle.text(key)
                pickle.bytes += Array("h".utf8) + [level] + Array("s".utf8)
            }
        }
        let sentence = try #require(folder.complaint(pickle.legacyFile()))
        #expect(sentence.hasPrefix("model.pth has more than 200000 entries; expected a few thousand."))
    }

    @Test func deepNestingIsNoTrouble() throws {
        let lists = pickle {
            $0.put(String(repeating: "]", count: 200_000) + String(repeating: "a", count: 199_999))
        }
        #expect(
            try #require(folder.complaint(lists.legacyFile())).hasPrefix("model.pth holds no named tensors;"))
        var tuples = PickleBytes()
        tuples.put(")")
        tuples.bytes += [UInt8](repeating: 0x85, count: 500_000)
        #expect(
            try #require(folder.complaint(tuples.legacyFile())).hasPrefix(
                "model.pth holds no dictionary of tensors;"))
        var marks = PickleBytes()
        marks.put(String(repeating: "(", count: 1_100_000))
        #expect(
            try #require(folder.complaint(marks.legacyFile())).hasPrefix(
                "model.pth stacks more than 1000000 marks;"))
        var dictionaries = PickleBytes()
        for _ in 0..<5_000 {
            dictionaries.put("}")
            dictionaries.text("k")
        }
        dictionaries.put("N" + String(repeating: "s", count: 5_000))
        #expect(
            try #require(folder.complaint(dictionaries.legacyFile()))
                .hasPrefix("model.pth has dictionaries nested more than 32 deep;"))
    }

    @Test(arguments: [
        "0", "1", "t", "a", "e", "s", "u", "R", "b", "Q", "q\u{0}", "(0", "(0R", "h\u{7}", "(a", "]N(s",
    ])
    func stackUnderflowIsRefused(opcodes: String) throws {
        var pickle = PickleBytes()
        pickle.put(opcodes)
        #expect(try #require(folder.complaint(pickle.legacyFile())).contains(" has a pickle that "))
    }

    @Test func unknownOpcodeIsRefused() {
        var pickle = PickleBytes()
        pickle.put("I1\n")
        let file = pickle.legacyFile()
        #expect(
            folder.complaint(file)
                == "model.pth has pickle opcode 0x49 at byte 47; expected only those that PyTorch and"
                + " NumPy write. Save it again with a current version of PyTorch or NumPy.")
    }

    @Test func twoTensorsOfOneNameAreRefused() {
        var pickle = PickleBytes()
        pickle.put("}")
        for _ in 0..<2 {
            pickle.text("a")
            pickle.tensor(count: 2, sizes: [2], strides: [1])
            pickle.put("s")
        }
        #expect(
            folder.complaint(pickle.legacyFile(storages: [("0", 2, 8)]))
                == "model.pth has two tensors named a." + Self.damage)
    }
}
