import Foundation
import GraftFiles
import Testing

/// A folder that is held is told from all that take its place.
@Suite struct OpenFolderTests {
    @Test func folderThatTookThePlaceIsAnother() throws {
        let path =
            FileManager.default.temporaryDirectory.path + "/graft-open-\(UInt64.random(in: 0 ... .max))"
        defer { try? FileManager.default.removeItem(atPath: path) }
        // Most file systems give the number of a folder that is gone to the next one.
        for _ in 0..<20 {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
            let folder = try OpenFolder(path)
            #expect(folder.isAt(path) && folder.isAt(path + "/"))
            try FileManager.default.removeItem(atPath: path)
            #expect(!folder.isAt(path))
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
            #expect(!folder.isAt(path))
            try FileManager.default.removeItem(atPath: path)
        }
    }

    @Test func whatIsNoFolderIsTold() {
        #expect(throws: FileError.self) { try OpenFolder("/dev/null") }
        #expect(throws: FileError.self) { try OpenFolder("/nowhere/at all") }
    }
}
