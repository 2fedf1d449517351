import GraftFiles
import GraftTensors
import GraftWeightFiles
import Testing

@Suite struct SafetensorsTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A file with this header and so many bytes of data.
    func file(_ header: String, data: Int = 0) -> [UInt8] {
        PickleBytes.littleEndian(header.utf8.count, 8) + header.utf8 + [UInt8](repeating: 0, count: data)
    }

    @Test func metadataIsRead() throws {
        #expect(
            try WeightFile.read(Fixture.path("types.safetensors")).metadata == ["made by": "Python \"é\"\n"])
    }

    @Test func whatIsWrittenIsReadBack() throws {
        let tensors: NamedTensors = [
            "flag": Tensor([1], [1], .bool), "b/weight": Tensor([1, 2, 3, 4, 5, 6], shape: [3, 2]),
            "scalar": Tensor([7], shape: []), "none": Tensor([], shape: [0, 5]),
            "long": Tensor(zeros: [3], elementType: .int64),
            "\"quoted\"\\\n\u{1}é": Tensor([1, 2], [1], .bfloat16),
        ]
        let path = folder.path + "/a.safetensors"
        try Safetensors.write(tensors, metadata: ["b": "2", "a": "\t"], to: path)
        let again = try WeightFile.read(path)
        #expect(again.entries == tensors.entries)
        #expect(again.metadata == ["b": "2", "a": "\t"])
    }

    @Test func writtenBytesAreAlwaysTheSame() throws {
        let path = folder.path + "/a.safetensors"
        try Safetensors.write(
            ["x": Tensor([1], [1], .uint8), "y": Tensor([2], shape: [1])], metadata: ["k": "v"], to: path)
        let header = """
            {"__metadata__":{"k":"v"},"x":{"dtype":"U8","shape":[1],"data_offsets":[4,5]},\
            "y":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}
            """
        // Padded so that the data starts at byte 192, a multiple of 64.
        let padding = [UInt8](repeating: UInt8(ascii: " "), count: 192 - 8 - header.utf8.count)
        #expect(
            try unsafe MappedFile(path).withBytes { unsafe Array($0) }
                == [184, 0, 0, 0, 0, 0, 0, 0] + header.utf8 + padding + [0, 0, 0, 0x40, 1])
    }

    @Test func tensorCannotHaveTheNameOfTheMetadata() {
        let error = #expect(throws: WeightFileError.self) {
            try Safetensors.write(
                ["__metadata__": Tensor([], shape: [0])], to: folder.path + "/a.safetensors")
        }
        #expect(error?.code == .unwritable)
    }

    @Test func nothingIsWrittenToAMissingFolder() {
        let error = #expect(throws: FileError.self) {
            try Safetensors.write([:], to: folder.path + "/missing/a.safetensors")
        }
        #expect(error?.code == .missing)
    }

    static let damage = " The file is damaged: download it again, or write it again."

    @Test(arguments: [
        (
            #"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[3,7]}}"#,
            7,
            "model.pth: b overlaps a." + damage
        ),
        (
            #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}}"#,
            3,
            "model.pth: b leaves a gap after a." + damage
        ),
        (
            #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}"#, 2,
            "model.pth has 1 bytes that belong to no tensor; expected none." + damage
        ),
        (
            #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, 4,
            "model.pth: a has 4 bytes; expected 8 for float32 of shape [2]." + damage
        ),
        (
            #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, 4,
            "model.pth: a ends at byte 8 of the data; expected at most 4, where the file ends." + damage
        ),
        (
            #"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,4]}}"#, 4,
            "model.pth: a has no possible shape." + damage
        ),
        (
            #"{"a":{"dtype":"F32","shape":[0,4611686018427387904],"data_offsets":[0,0]}}"#, 0,
            "model.pth: a has no possible shape." + damage
        ),
        (
            #"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, 4,
            "model.pth: a has no possible shape." + damage
        ),
        (
            #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, 4,
            "model.pth: a has no possible data_offsets." + damage
        ),
        (
            #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,9223372036854775808]}}"#, 4,
            "model.pth: a has no possible data_offsets." + damage
        ),
        (
            #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[0],"data_offsets":[4,4]}}"#,
            4,
            "model.pth has a header that has the key a twice at byte 57." + damage
        ),
        (#"{"__metadata__":{"a":1}}"#, 0, "model.pth has __metadata__ with a that is no text." + damage),
        (#"{"a":{"dtype":"F32","shape":[1]}}"#, 4, "model.pth: a has no possible data_offsets." + damage),
        (
            #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}}"#, 4,
            "model.pth: a has unknown keys; expected dtype, shape and data_offsets." + damage
        ),
        (
            #"{"a":{"dtype":"F8_E5M2","shape":[1],"data_offsets":[0,1]}}"#, 1,
            "model.pth: a has elements of type F8_E5M2, which Graft does not read; expected float64, float32, float16,"
                + " bfloat16, int64, int32, int16, int8, uint8 or bool. Convert it to one of these types."
        ),
    ])
    func headerThatContradictsItselfIsRefused(header: String, data: Int, sentence: String) {
        #expect(folder.complaint(file(header, data: data)) == sentence)
    }

    @Test func headerLongerThanTheFileIsRefused() {
        #expect(
            folder.complaint([16, 0, 0, 0, 0, 0, 0, 0] + Array("{}".utf8))
                == "model.pth is cut short after 10 bytes; expected 16 bytes more at byte 8. Download it again."
        )
        #expect(
            folder.complaint([0, 0, 0, 0, 0, 1, 0, 0] + Array("{}".utf8))
                == "model.pth has a header of 1099511627776 bytes; expected at most 100000000." + Self.damage)
    }

    @Test func deeplyNestedHeaderIsRefused() {
        let deep = #"{"a":"# + String(repeating: "[", count: 1_000_000)
        #expect(
            folder.complaint(file(deep))
                == "model.pth has a header that is nested more than 16 deep at byte 20." + Self.damage)
    }

    @Test(arguments: [
        "{", "{\"a\"", "{\"a\":", "{\"a\":1,}", "{\"a\":01}", "{\"a\":1.}", "{\"a\":-}", "{\"a\":1e}",
        "{\"a\":tru}",
        "{\"\\x\":1}", "{\"\\ud800\":1}", "{\"\\u12g4\":1}", "{\"\n\":1}", "{} {}", "{'a':1}", "{\"a\":[1,]}",
        "{\"a\" 1}", "{a:1}", "{\"a\":[}", "{\"", "{\"\\",
    ])
    func headerThatIsNoJSONIsRefused(header: String) throws {
        let sentence = try #require(folder.complaint(file(header)))
        #expect(sentence.hasPrefix("model.pth has a header that "))
    }

    @Test func everyEscapeIsUnderstood() throws {
        let header = #"{ "__metadata__" : { "a" : "\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00" } } "#
        #expect(try folder.read(file(header)).metadata == ["a": "\"\\/\u{8}\u{c}\n\r\té😀"])
    }
}
