import GraftFiles
import Testing

import class Foundation.FileManager

/// Names of files are bytes, which need not be UTF-8.
@Suite struct FileNameTests {
    let folder = FileManager.default.temporaryDirectory.path + "/graft-names-\(UInt64.random(in: 0 ... .max))"
    /// "café.jpg" in Latin-1.
    static let latin = Array("caf".utf8) + [0xE9] + Array(".jpg".utf8)

    init() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    @Test func everyNameComesBackAsTheSameBytes() {
        let names: [[UInt8]] = [
            Array("plain.jpg".utf8), Array("café 🦋.jpg".utf8), Self.latin, [0xFF, 0xFE], [0xC3],
            [0xE2, 0x82, 0x41], [0xED, 0xA0, 0x80], [0xF4, 0x8F, 0xBE, 0x80], [0xF4, 0x8F, 0xBF, 0xA9, 0xE9],
            [0xF4, 0x8F, 0xBF, 0xBF], Array(0x80...0xFF),
        ]
        for name in names { #expect(String(fileName: name).fileNameBytes == name) }
        #expect(Set(names.map(String.init(fileName:))).count == names.count, "different names stay different")
        #expect(String(fileName: names[1]) == "café 🦋.jpg")
        // The letter that stands for a byte, and that letter itself in a name.
        #expect(String(fileName: [0xE9]) != String(fileName: Array("\u{10FFE9}".utf8)))
    }

    @Test func peopleSeeTheBytesThatAreNoText() {
        #expect(String(fileName: Self.latin).shown == "caf\\xe9.jpg")
        #expect("café.jpg".shown == "café.jpg")
        #expect("a\u{202e}b\u{2028}c\u{61c}".shown == "a\\u202eb\\u2028c\\u061c")
        #expect("\u{9b}31m\t\r\u{7}".shown == "\\x9b31m\\t\\r\\x07")
        let problem = Problem(String(fileName: Self.latin), found: "is empty")
        #expect(problem.description == "caf\\xe9.jpg is empty.")
        #expect(Problem("a\nb\u{1b}[2Jc", found: "is empty").description == "a\\nb\\x1b[2Jc is empty.")
    }

    @Test func fileIsListedOpenedAndReplacedUnderItsOwnName() throws {
        let path = "\(folder)/\(String(fileName: Self.latin))"
        try FileReplacement.write("old", to: path)
        try FileReplacement.write("new", to: path)
        let entries = try FolderListing(folder).entries
        #expect(entries.map(\.name.fileNameBytes) == [Self.latin])
        #expect(entries.map(\.kind) == [.file])
        let listed = "\(folder)/\(entries[0].name)"
        #expect(try FileContents.read(listed) == Array("new".utf8))
        #expect(try MappedFile(listed).count == 3)
        #expect(try FileStatus.of(listed)?.byteCount == 3)
        #expect(FileLock(ifFree: listed) != nil)
        try FileRemoval.remove(listed)
        #expect(try FolderListing.names(of: folder).isEmpty)
    }

    @Test func folderIsReplacedUnderItsOwnName() throws {
        let path = "\(folder)/\(String(fileName: [0xE9]))"
        for text in ["old", "new"] {
            let replacement = try FolderReplacement(path, names: ["a"]) { _ in }
            try FileReplacement.write(text, to: replacement.path(of: "a"))
            try replacement.commit()
        }
        #expect(try FolderListing.names(of: folder).map(\.fileNameBytes) == [[0xE9]])
        #expect(try FileContents.read(path + "/a") == Array("new".utf8))
    }

    @Test func entriesTellWhatNamesLeadTo() throws {
        try FileReplacement.write("a", to: folder + "/a")
        try FileManager.default.createDirectory(atPath: folder + "/b", withIntermediateDirectories: false)
        try FileManager.default.createSymbolicLink(atPath: folder + "/c", withDestinationPath: "a")
        try FileManager.default.createSymbolicLink(atPath: folder + "/d", withDestinationPath: "nothing")
        let listing = try FolderListing(folder)
        #expect(listing.entries.map(\.name) == ["a", "b", "c", "d"])
        #expect(listing.entries.map(\.kind) == [.file, .folder, .file, .other])
        #expect(listing.entries[0].identity == listing.entries[2].identity)
        #expect(listing.entries[0].identity != listing.entries[3].identity)
        #expect(try listing.identity == FileStatus.of(folder)?.identity)
        let error = #expect(throws: FileError.self) { try FolderListing.names(of: folder + "/a") }
        #expect(error?.description == "\(folder)/a is not a folder; expected a folder.")
    }

    @Test func numbersFromFilesNeverOverflow() {
        #expect(Int.max.adding(checked: 1) == nil && 2.adding(checked: 3) == 5)
        #expect(Int.max.multiplied(checked: 2) == nil && 2.multiplied(checked: 3) == 6)
        #expect([1 << 32, 1 << 32].checkedProduct == nil && [2, 3, 4].checkedProduct == 24)
        #expect([Int]().checkedProduct == 1)
    }
}
