import GraftFiles
import Testing

import struct Foundation.Data
import class Foundation.FileManager

@Suite struct FileReplacementTests {
    let folder = FileManager.default.temporaryDirectory.path + "/graft-files-\(UInt64.random(in: 0 ... .max))"

    init() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    @Test func committedFileHasItsBytesAndLeavesNothingElse() throws {
        try FileReplacement.write("new", to: folder + "/a.txt")
        #expect(FileManager.default.contents(atPath: folder + "/a.txt") == Data("new".utf8))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a.txt"])
    }

    @Test func abandonedReplacementKeepsTheOldFile() throws {
        try FileReplacement.write("old", to: folder + "/a.txt")
        do {
            let file = try FileReplacement(folder + "/a.txt")
            try file.write(Array("half of the n".utf8))
        }
        #expect(FileManager.default.contents(atPath: folder + "/a.txt") == Data("old".utf8))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a.txt"])
    }

    @Test func fullDeviceIsToldInOneSentence() throws {
        #if os(Linux)
            let error = #expect(throws: FileError.self) {
                let file = try FileReplacement(folder + "/missing/a.txt")
                try file.commit()
            }
            #expect(error?.code == .missing)
            #expect(FileError(path: "/x", doing: "written", errno: 28).code == .full)
            #expect(
                FileError(path: "/x", doing: "written", errno: 28).description
                    == "/x cannot be written: no space left on the device. Free some space, or choose another place."
            )
        #endif
    }

    @Test func mappedFileHandsOutTheBytes() throws {
        try FileReplacement.write("abc", to: folder + "/a.txt")
        let file = try MappedFile(folder + "/a.txt")
        #expect(file.count == 3)
        #expect(unsafe file.withBytes { unsafe Array($0) } == Array("abc".utf8))
    }

    @Test func digestIsTheStandardOne() throws {
        // From FIPS 180-4's example "abc".
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        #expect(SHA256Digest(of: "abc").hexadecimal == expected)
        #expect(SHA256Digest(hexadecimal: expected) == SHA256Digest(of: "abc"))
        #expect(SHA256Digest(hexadecimal: "zz" + expected.dropFirst(2)) == nil)
    }

    @Test func lockIsHeldUntilItsOwnerEnds() throws {
        let path = folder + "/lock"
        do {
            let held = try FileLock(path)
            #expect(FileLock(ifFree: path) == nil)
            withExtendedLifetime(held) {}
        }
        #expect(FileLock(ifFree: path) != nil)
    }
}
