import GraftTensors
import GraftWeightFiles
import Testing

@Suite struct HostileHDF5Tests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    static let damage = " The file is damaged: download it again, or write it again."

    /// A legacy file with one layer "a" whose weight "w" is the object that `messages` make; they are told
    /// where eight bytes are.
    func file(_ messages: (inout HDF5Bytes, _ data: Int) -> [HDF5Bytes.Message]) -> [UInt8] {
        var bytes = HDF5Bytes()
        let data = bytes.data([0, 0, 0x40, 0x40, 0, 0, 0x80, 0x40])
        let weight = bytes.object(messages(&bytes, data))
        let layer = bytes.object([HDF5Bytes.texts("weight_names", ["w"]), HDF5Bytes.link("w", weight)])
        return bytes.legacyFile(["a"], [("a", layer)])
    }

    @Test func fileMadeByHandIsRead() throws {
        let file = file { [HDF5Bytes.dataspace([2]), HDF5Bytes.float32, HDF5Bytes.contiguous($1, 8)] }
        #expect(try folder.read(file)["a/w"] == Tensor([3, 4], shape: [2]))
    }

    @Test func missingPartsAreNamed() {
        var bytes = HDF5Bytes()
        let bare = bytes.object([])
        let layer = bytes.object([HDF5Bytes.texts("weight_names", ["w"]), HDF5Bytes.link("v", bare)])
        #expect(
            folder.complaint(bytes.legacyFile(["a"], []))
                == "model.pth has no group a, which layer_names lists." + Self.damage)
        #expect(
            folder.complaint(bytes.legacyFile(["a"], [("a", bare)]))
                == "model.pth: a has no attribute weight_names; expected the names of its weights."
                + Self.damage)
        #expect(
            folder.complaint(bytes.legacyFile(["a"], [("a", layer)]))
                == "model.pth: a has no dataset w, which weight_names lists." + Self.damage)
        #expect(
            folder.complaint(
                bytes.legacyFile(["a", "a"], [("a", bytes.object([HDF5Bytes.texts("weight_names", [])]))]))
                == "model.pth lists two layers named a." + Self.damage)
        #expect(
            folder.complaint(bytes.legacyFile([], []))
                == "model.pth holds no weights; expected the weights of a model's layers."
                + " Save it again, in Python: model.save_weights(path).")
        #expect(
            folder.complaint(bytes.file(root: bare))
                == "model.pth is an HDF5 file, but not one of weights that Keras wrote; expected a weight file of Keras,"
                + " PyTorch or NumPy, or safetensors. Save the weights in one of these formats.")
    }

    @Test func wrongTypesAreNamed() {
        var bytes = HDF5Bytes()
        let numbers = HDF5Bytes.attribute("weight_names", type: HDF5Bytes.float32.content, [1], [0, 0, 0, 0])
        let layer = bytes.object([numbers])
        #expect(
            folder.complaint(bytes.legacyFile(["a"], [("a", layer)]))
                == "model.pth: a has an attribute weight_names that is no list of texts; expected texts, as Keras writes"
                + " it." + Self.damage)
        #expect(
            folder.complaint(file { _, _ in [HDF5Bytes.link("x", 48)] })
                == "model.pth: a/w is a group; expected a dataset." + Self.damage)
        #expect(
            folder.complaint(
                file {
                    [
                        HDF5Bytes.dataspace([1]), (3, [0x13, 0, 0, 0, 8, 0, 0, 0]),
                        HDF5Bytes.contiguous($1, 8),
                    ]
                })
                == "model.pth: a/w has elements of type text, which Graft does not read; expected float64, float32,"
                + " float16, bfloat16, int64, int32, int16, int8, uint8 or bool. Convert it to one of these types."
        )
    }

    @Test(arguments: [
        ([1 << 40, 1 << 40], 8, "has the impossible shape [1099511627776, 1099511627776]."),
        ([0, 1 << 62], 8, "has the impossible shape [0, 4611686018427387904]."),
        ([1 << 40], 8, "has 8 bytes; expected 4398046511104 as its type and shape say."),
        ([3], 8, "has 8 bytes; expected 12 as its type and shape say."),
    ])
    func impossibleShapesAreRefused(shape: [Int], length: Int, found: String) {
        #expect(
            folder.complaint(
                file { [HDF5Bytes.dataspace(shape), HDF5Bytes.float32, HDF5Bytes.contiguous($1, length)] })
                == "model.pth: a/w \(found)" + Self.damage)
    }

    @Test func datasetBehindTheEndIsRefused() throws {
        let file = file {
            [HDF5Bytes.dataspace([1 << 20]), HDF5Bytes.float32, HDF5Bytes.contiguous($1, 1 << 22)]
        }
        #expect(
            folder.complaint(file)
                == "model.pth: a/w has 4194304 bytes from byte 48; expected at most \(file.count - 48), where the file"
                + " ends." + Self.damage)
    }

    @Test func hugeChunkedDatasetIsRefusedBeforeItIsUnpacked() throws {
        let sentence = folder.complaint(
            file {
                [
                    HDF5Bytes.dataspace([1 << 28]), HDF5Bytes.float32,
                    HDF5Bytes.chunked(tree: $1, [1 << 28, 4]),
                ]
            })
        #expect(
            try #require(sentence).hasPrefix(
                "model.pth: a/w would take 1073741824 bytes of memory; expected at most "))
    }

    @Test func groupThatContainsItselfIsRefused() {
        var bytes = HDF5Bytes()
        let root = bytes.object([HDF5Bytes.link("layers", bytes.next)])
        #expect(
            folder.complaint(bytes.file(root: root))
                == "model.pth has a group layers/layers that contains itself." + Self.damage)
    }

    @Test func headerThatContinuesInItselfIsRefused() throws {
        var bytes = HDF5Bytes()
        // Its length: a signature, one message of 4 + 16 bytes, a checksum.
        let block = bytes.continuation([HDF5Bytes.continued((place: bytes.next, length: 28))])
        let root = bytes.object([HDF5Bytes.continued(block)])
        let sentence = try #require(folder.complaint(bytes.file(root: root)))
        #expect(sentence.hasPrefix("model.pth takes more than "))
    }

    @Test func otherVersionsAreRefusedByName() {
        var bytes = HDF5Bytes()
        let root = bytes.object([])
        #expect(
            folder.complaint(bytes.file(root: root, version: 4))
                == "model.pth has a superblock of version 4, which Graft does not read; expected what Keras writes, and"
                + " h5py by default. Copy it with h5py, in Python, to a file opened with libver='earliest'.")
    }

    @Test func fileShorterThanItSaysIsCutShort() throws {
        let whole = try Fixture.bytes("published.h5")
        #expect(
            folder.complaint(whole.dropLast())
                == "model.pth is cut short after \(whole.count - 1) bytes; expected \(whole.count) bytes, as its header"
                + " says. Download it again.")
    }

    @Test func kerasArchiveWithoutWeightsIsRefused() {
        let zip = ZipBytes([("config.json", Array("{}".utf8)), ("metadata.json", [])]).stored()
        #expect(
            folder.complaint(zip)
                == "model.pth has no entry model.weights.h5; expected the weights of a Keras model."
                + Self.damage)
    }

    @Test func configurationThatIsNoneIsLeftOut() throws {
        let weights = try Fixture.bytes("early_keras3.weights.h5")
        let zip = ZipBytes([("config.json", Array("{\"config\":[NaN]}".utf8)), ("model.weights.h5", weights)])
        let tensors = try folder.read(zip.stored())
        #expect(tensors.names == ["dense/0", "dense/1", "dense_9/0", "dense_10/0"])
        #expect(
            tensors.leftOut == [
                "config.json, which has no value where one must be",
                "_layer_checkpoint_dependencies/dropout/seed_generator",
            ])
    }

    @Test func packedArchiveIsReadLikeAStoredOne() throws {
        let weights = try Fixture.bytes("plain_keras3.weights.h5")
        let zip = ZipBytes([("config.json", Array("{}".utf8)), ("model.weights.h5", weights)])
        let packed = try folder.read(zip.deflated())
        #expect(try folder.read(zip.stored()).entries == packed.entries)
        #expect(try WeightFile.read(Fixture.path("plain_keras3.weights.h5")).entries == packed.entries)
    }

    @Test func manyWeightsOfTheSameUnpackedBytesAreBounded() throws {
        var bytes = HDF5Bytes()
        let data = bytes.data([UInt8](repeating: 0, count: 60_000))
        let weight = bytes.object([
            HDF5Bytes.dataspace([15_000]), HDF5Bytes.float32, HDF5Bytes.contiguous(data, 60_000),
        ])
        let values = bytes.object((0..<2_000).map { HDF5Bytes.link("\($0)", weight) })
        let layer = bytes.object([HDF5Bytes.link("vars", values)])
        let layers = bytes.object([HDF5Bytes.link("dense", layer)])
        let root = bytes.object([HDF5Bytes.link("layers", layers)])
        let file = bytes.file(root: root)
        // As a file by itself the weights are all the same part of it.
        #expect(try folder.read(file).count == 2_000)
        let sentence = folder.complaint(ZipBytes([("model.weights.h5", file)]).deflated())
        #expect(try #require(sentence).contains(" would take 60000 bytes of memory; expected at most "))
    }

    @Test func chunkStoredInFarTooManyBytesIsRefused() throws {
        var bytes = try Fixture.bytes("small_new_chunks.h5")
        // The first key of the tree: the stored size, after the node's 24 bytes.
        let tree = try #require(bytes.indices.first { bytes[$0...].starts(with: Array("TREE".utf8)) })
        bytes.replaceSubrange((tree + 24)..<(tree + 28), with: [0x40, 9, 0, 0])
        let size = bytes.count + 4_000
        bytes += [UInt8](repeating: 0, count: 4_000)
        bytes.replaceSubrange(28..<36, with: PickleBytes.littleEndian(size, 8))
        #expect(
            folder.complaint(bytes)
                == "model.pth: a/v has a chunk stored in 2368 bytes; expected about 16." + Self.damage)
    }
}
