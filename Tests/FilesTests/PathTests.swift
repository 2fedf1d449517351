import GraftFiles
import Testing

/// Parts of paths, and bytes in bytes.
@Suite struct PathTests {
    @Test(arguments: [
        ("a", ".", "a", "a"), ("f/a", "f", "a", "f/a"), ("/a", "/", "a", "/a"), ("/", "/", "", "/"),
        ("//", "/", "", "/"), ("f/g/a//", "f/g/a/", "", "f/g/a"), ("", ".", "", ""),
        // An accent after the slash joins with it in one letter.
        ("f/\u{301}a", "f", "\u{301}a", "f/\u{301}a"),
    ]) func partsAreFoundByBytes(path: String, folder: String, name: String, trimmed: String) {
        #expect(path.parentFolder.hasBytes(of: folder))
        #expect(path.lastName.hasBytes(of: name))
        #expect(path.withoutTrailingSlashes.hasBytes(of: trimmed))
    }

    @Test func nameStandsBesideAnother() {
        #expect("a".beside(name: "b") == "b")
        #expect("f/a".beside(name: "b") == "f/b")
        #expect("/a".beside(name: "b") == "/b")
    }

    @Test func bytesAreFoundInBytes() {
        let bytes = Array("a mark here".utf8)
        #expect(bytes.holds(Array("mark".utf8)) && bytes.holds(Array("here".utf8)))
        #expect(!bytes.holds(Array("marks".utf8)) && !bytes.holds([]) && ![].holds(bytes))
    }

    @Test func checksumIsThatOfTheStandard() {
        #expect(Zlib.checksum(Array("123456789".utf8)) == 0xCBF4_3926)
    }
}
