internal import GraftFiles

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif
#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// The files of one folder of the cache, by name.
///
/// Other processes add and remove files at any moment, so whatever is gone counts as gone, not as an error.
struct CacheFolder: Sendable {
    let path: String

    /// Whether there is such a folder.
    var exists: Bool { FileManager.default.fileExists(atPath: path) }

    /// The names of what is in it, in order; none where it cannot be listed.
    var names: [String] {
        let names = try? FileManager.default.contentsOfDirectory(atPath: path)
        return names?.sorted() ?? []
    }

    /// The path of a file in it.
    func path(of name: String) -> String { "\(path)/\(name)" }

    /// Makes the folder, and those it is in.
    ///
    /// - Throws: ``FileError`` where the system refuses.
    func make() throws(FileError) {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            guard let reason = (error as? CocoaError)?.underlying as? POSIXError else {
                throw FileError(.other, Problem(path, found: "cannot be made"))
            }
            throw FileError(path: path, doing: "made", errno: reason.code.rawValue)
        }
    }

    /// Removes a file; whether that went well.
    @discardableResult
    func remove(_ name: String) -> Bool {
        (try? FileManager.default.removeItem(atPath: path(of: name))) != nil
    }

    /// Removes the folder where nothing is left in it.
    func removeIfEmpty() {
        guard exists, names.isEmpty else { return }
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The bytes of a file; `nil` where it cannot be read.
    func contents(of name: String) -> Data? {
        FileManager.default.contents(atPath: path(of: name))
    }

    /// The size of a file in bytes; 0 where it is gone.
    func byteCount(of name: String) -> Int {
        let value = attributes(of: name)[.size]
        return value as? Int ?? Int(clamping: value as? UInt ?? 0)
    }

    /// When a file was last written; `nil` where it is gone.
    func lastChange(of name: String) -> Date? {
        attributes(of: name)[.modificationDate] as? Date
    }

    /// Sets a file's time of change to now; the file is made, empty, where it is missing.
    func touch(_ name: String) {
        let file = path(of: name)
        do {
            try FileManager.default.setAttributes([.modificationDate: Date()], ofItemAtPath: file)
        } catch {
            _ = FileManager.default.createFile(atPath: file, contents: nil)
        }
    }

    private func attributes(of name: String) -> [FileAttributeKey: Any] {
        (try? FileManager.default.attributesOfItem(atPath: path(of: name))) ?? [:]
    }
}
