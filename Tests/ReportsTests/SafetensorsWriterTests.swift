import Testing

@testable import GraftReports

@Suite struct SafetensorsWriterTests {
    @Test func headSaysWhereTheTensorIs() throws {
        let head = try #require(SafetensorsWriter(rows: 3, columns: 4)).head
        let text = #"{"features":{"dtype":"F32","shape":[3,4],"data_offsets":[0,48]}}"#
        #expect(head == [64, 0, 0, 0, 0, 0, 0, 0] + Array(text.utf8))
    }

    @Test func headerIsFilledUpWithSpaces() throws {
        for length in 0..<16 {
            let metadata = ["a": String(repeating: "b", count: length)]
            let head = try #require(SafetensorsWriter(rows: 1, columns: 1, metadata: metadata)).head
            #expect(head.count.isMultiple(of: 8) && Int(head[0]) == head.count - 8)
            let text = String(decoding: head.dropFirst(8), as: UTF8.self)
            let value = metadata["a"] ?? ""
            let expected =
                #"{"__metadata__":{"a":"\#(value)"},"features":{"dtype":"F32","#
                + #""shape":[1,1],"data_offsets":[0,4]}}"#
            #expect(text.hasPrefix(expected) && text.dropFirst(expected.count).allSatisfy { $0 == " " })
            #expect(text.count - expected.count < 8)
        }
    }

    @Test func namesAreInOrderAndEscaped() throws {
        let metadata = ["b": "\"\\\n\r\t\u{1}\u{1f}/é花", "a\"": ""]
        let head = try #require(SafetensorsWriter(rows: 0, columns: 1, metadata: metadata)).head
        let expected =
            #"{"__metadata__":{"a\"":"","b":"\"\\\n\r\t\u0001\u001f/é花"},"features":{"dtype":"F32","#
            + #""shape":[0,1],"data_offsets":[0,0]}}"#
        let text = String(decoding: head.dropFirst(8), as: UTF8.self)
        #expect(text.hasPrefix(expected) && text.dropFirst(expected.count).allSatisfy { $0 == " " })
    }

    @Test func headerThatReadersRefuseIsNotMade() throws {
        // Escaped characters count as what they are in the file.
        let metadata = ["a": String(repeating: "\"", count: 100)]
        let size = try #require(SafetensorsWriter(rows: 1, columns: 1, metadata: metadata)).head.count - 8
        #expect(size > 200)
        for (limit, isMade) in [(size, true), (size - 1, false)] {
            let writer = SafetensorsWriter(rows: 1, columns: 1, metadata: metadata, headerLimit: limit)
            #expect((writer != nil) == isMade)
        }
    }

    @Test func numbersAreLittleEndian() throws {
        let writer = try #require(SafetensorsWriter(rows: 1, columns: 2))
        #expect(writer.bytes(ofRow: [1, -.infinity]) == [0, 0, 0x80, 0x3F, 0, 0, 0x80, 0xFF])
    }
}
