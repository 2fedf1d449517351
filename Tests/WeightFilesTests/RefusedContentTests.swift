import GraftFiles
import GraftTensors
import GraftWeightFiles
import Testing

/// What cannot be written, in HDF5 and in zip archives.
@Suite struct RefusedContentTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// The sentence that writing this root ends with; nothing may be left in the folder.
    func complaint(_ fill: (inout HDF5Group) -> Void) throws -> String? {
        var root = HDF5Group()
        fill(&root)
        let path = "\(folder.path)/file.h5"
        let error = #expect(throws: WeightFileError.self) { try HDF5Writer.write(root, to: path) }
        #expect(error?.code == .unwritable)
        #expect(try FolderListing.names(of: folder.path).isEmpty)
        return error.map { "\($0)".replacing("\(folder.path)/", with: "") }
    }

    /// A dataset of two numbers whose closure gives `count` bytes, each alone.
    func dataset(giving count: Int) -> HDF5Elements {
        unsafe HDF5Elements(shape: [2], elementType: .float32) { write in
            for _ in 0..<count { try unsafe [UInt8(1)].withUnsafeBytes { try unsafe write($0) } }
        }
    }

    @Test func anotherNumberOfBytesThanPromisedIsRefused() throws {
        #expect(
            try complaint { $0.add("a", dataset(giving: 7)) }
                == "file.h5: a was given 7 bytes; expected 8.")
        #expect(
            try complaint { $0.add("a", dataset(giving: 9)) }
                == "file.h5: a was given more than 8 bytes; expected 8.")
    }

    @Test func whatAClosureThrowsIsPassedOn() throws {
        var root = HDF5Group()
        root.add(
            "a", unsafe HDF5Elements(shape: [2], elementType: .float32) { _ in throw CancellationError() })
        #expect(throws: CancellationError.self) { try HDF5Writer.write(root, to: "\(folder.path)/file.h5") }
        #expect(try FolderListing.names(of: folder.path).isEmpty)
    }

    @Test(arguments: ["", "/", "a/b", ".", "a\0"])
    func impossibleNamesAreRefused(_ name: String) throws {
        let sentence = try complaint { $0.add(name, HDF5Group()) }
        #expect(sentence?.hasPrefix("file.h5 cannot have a member named") == true)
    }

    @Test func namesThatOccurTwiceAreRefused() throws {
        let sentence = try complaint { root in
            var inner = HDF5Group()
            inner.add("a", HDF5Group())
            inner.add("a", dataset(giving: 8))
            root.add("inner", inner)
        }
        #expect(sentence == "file.h5: inner has two members named a.")
        let attributes = try complaint { $0.attributes = [("a", .integer(1)), ("a", .integer(1))] }
        #expect(attributes == "file.h5 has two attributes named a.")
    }

    @Test func namesThatTheReaderDoesNotReadAreRefused() throws {
        let name = String(repeating: "x", count: 4097)
        #expect(
            try complaint { $0.add(name, HDF5Group()) }
                == "file.h5 has a member whose name has 4097 bytes; expected at most 4096.")
    }

    @Test func attributesThatDoNotFitAreRefused() throws {
        let long = String(repeating: "x", count: 65_536)
        #expect(
            try complaint { $0.attributes = [("a", .fixedText(long))] }?.hasPrefix("file.h5 has an attribute")
                == true)
        #expect(
            try complaint { $0.attributes = [(long, .integer(1))] }
                == "file.h5 has an attribute whose name has 65536 bytes; expected at most 65534.")
        #expect(
            try complaint { $0.attributes = [("a", .text("b\0c"))] }
                == "file.h5: a has a text with a zero byte.")
        #expect(
            try complaint { $0.attributes = [("", .integer(1))] }?
                .hasPrefix("file.h5 cannot have an attribute named") == true)
    }

    @Test(arguments: [ElementType.bfloat16, .bool])
    func elementsThatHDF5DoesNotHaveAreRefused(_ type: ElementType) throws {
        let sentence = try complaint { $0.add("a", HDF5Elements(Tensor(zeros: [1], elementType: type))) }
        #expect(sentence?.hasPrefix("file.h5: a has elements of type \(type)") == true)
    }

    @Test func shapesThatDoNotFitAreRefused() throws {
        let axes = Shape([Int](repeating: 1, count: 33))
        #expect(
            try complaint { $0.add("a", HDF5Elements(Tensor(zeros: axes))) }
                == "file.h5: a has 33 axes; expected at most 32.")
        func nothing(_ count: Int, _ type: ElementType) -> HDF5Elements {
            unsafe HDF5Elements(shape: [count], elementType: type) { _ in }
        }
        #expect(
            try complaint { $0.add("a", nothing(1 << 62, .float32)) }
                == "file.h5: a has more bytes than a file can have.")
        #expect(
            try complaint {
                $0.add("a", nothing(1 << 62, .uint8))
                $0.add("b", nothing(1 << 62, .uint8))
            } == "file.h5 would have more bytes than a file can have.")
    }

    @Test func entriesThatAnArchiveCannotHaveAreRefused() throws {
        let output = MemoryOutput()
        var zip = ZipWriter(output, subject: "a.zip")
        for name in ["", "/a", "a/", "a//b", "../a", "a/./b", "a\\b", "a\0"] {
            #expect(throws: WeightFileError.self) { try zip.add(name, []) }
        }
        try zip.add("a", [1])
        var error = #expect(throws: WeightFileError.self) { try zip.add("a", [2]) }
        #expect(error?.description == "a.zip has two entries named a.")
        for count in [2, 4] {
            error = #expect(throws: WeightFileError.self) {
                try unsafe zip.add("b\(count)", byteCount: 3) { write in
                    for _ in 0..<count { try unsafe [UInt8(1)].withUnsafeBytes { try unsafe write($0) } }
                }
            }
            let found = count == 2 ? "2" : "more than 3"
            #expect(error?.description == "a.zip: b\(count) was given \(found) bytes; expected 3.")
        }
        for count in [-1, Int.max] {
            #expect(throws: WeightFileError.self) { try unsafe zip.add("d", byteCount: count) { _ in } }
        }
        // What was refused leaves a gap and no entry.
        try zip.add("c", [3])
        try zip.finish()
        #expect(try output.entries(in: folder) == ["a": [1], "c": [3]])
    }
}
