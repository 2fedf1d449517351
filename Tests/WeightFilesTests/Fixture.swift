import GraftFiles
import GraftTensors
import GraftWeightFiles

import struct Foundation.Data
import class Foundation.FileHandle
import class Foundation.FileManager
import struct Foundation.URL

/// The small files that Conformance/make_weight_file_fixtures.py wrote.
enum Fixture {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().path + "/Fixtures"

    static func path(_ name: String) -> String { "\(folder)/\(name)" }

    static func bytes(_ name: String) throws -> [UInt8] {
        try unsafe MappedFile(path(name)).withBytes { unsafe Array($0) }
    }
}

/// The files that are beside a developer's checkout, not in it.
enum Shared {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(
        path: "../../../shared"
    ).path

    static var isPresent: Bool { FileManager.default.fileExists(atPath: folder + "/weights") }
}

/// A folder that is removed when the test ends.
final class TemporaryFolder {
    let path = FileManager.default.temporaryDirectory.path + "/graft-weights-\(UInt64.random(in: 0 ... .max))"

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file. Some tests do it thousands of times, so an old one is changed in place: file systems
    /// wait for the disk when one is emptied and filled again.
    func file(_ bytes: [UInt8], _ name: String = "model.pth") throws -> String {
        let file = "\(path)/\(name)"
        guard let handle = FileHandle(forUpdatingAtPath: file) else {
            try Data(bytes).write(to: URL(filePath: file))
            return file
        }
        try handle.write(contentsOf: bytes)
        try handle.truncate(atOffset: UInt64(bytes.count))
        try handle.close()
        return file
    }

    /// What reading these bytes gives.
    func read(_ bytes: [UInt8]) throws -> NamedTensors { try WeightFile.read(file(bytes)) }

    /// The sentence that reading these bytes ends with, without the folder's name.
    func complaint(_ bytes: [UInt8]) -> String? {
        do {
            _ = try read(bytes)
            return nil
        } catch {
            return "\(error)".replacing(path + "/", with: "")
        }
    }
}

extension Tensor {
    init(_ bytes: [UInt8], _ shape: Shape, _ elementType: ElementType) {
        self = unsafe bytes.withUnsafeBytes {
            unsafe Tensor(bytes: $0, shape: shape, elementType: elementType)
        }
    }

    var bytes: [UInt8] { unsafe withUnsafeBytes { unsafe Array($0) } }
}
