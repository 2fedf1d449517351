import GraftFiles
import GraftImages

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A temporary folder to build data sets in; removed with the object.
final class Workspace: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/graft-data-\(UInt64.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file, and the folders above it.
    func write(_ bytes: [UInt8], to name: String) throws {
        let folder = (path + "/" + name).split(separator: "/").dropLast().map { "/" + $0 }.joined()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let file = try FileReplacement(path + "/" + name)
        try file.write(bytes)
        try file.commit()
    }

    /// Makes an empty folder.
    func folder(_ name: String) throws {
        try FileManager.default.createDirectory(atPath: path + "/" + name, withIntermediateDirectories: true)
    }

    /// Makes a symbolic link.
    func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: path + "/" + name, withDestinationPath: target)
    }

    /// Writes different pictures of two by two pixels, as uncompressed TIFF, under names that end in
    /// `number.tif`.
    func pictures(_ count: Int, in folder: String, from first: Int = 0) throws {
        for number in first..<(first + count) {
            try write(Self.picture(number), to: "\(folder)/\(number).tif")
        }
    }

    /// A grey picture, different for each number.
    static func picture(_ number: Int) -> [UInt8] {
        func entry(_ tag: Int, _ type: Int, _ value: Int) -> [UInt8] {
            [UInt8(tag & 255), UInt8(tag >> 8), UInt8(type), 0, 1, 0, 0, 0]
                + (0..<4).map { UInt8(value >> (8 * $0) & 255) }
        }
        let entries =
            entry(256, 3, 2) + entry(257, 3, 2) + entry(258, 3, 8) + entry(259, 3, 1) + entry(262, 3, 1)
            + entry(273, 4, 122) + entry(277, 3, 1) + entry(278, 3, 2) + entry(279, 4, 4)
        return [0x49, 0x49, 42, 0, 8, 0, 0, 0, 9, 0] + entries + [0, 0, 0, 0]
            + (0..<4).map { UInt8(number >> (8 * $0) & 255) }
    }
}

/// The project's fixtures, and the folder beside the project.
enum Place {
    static let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
    static let shared = root.split(separator: "/").dropLast().map { "/" + $0 }.joined() + "/shared/data/"
    static let sharedIsPresent = (try? FileContents.read(shared + "corrupt/derived_text.jpg")) != nil

    static func fixture(_ name: String) throws -> [UInt8] {
        try FileContents.read(root + "/Conformance/images/" + name)
    }
}
