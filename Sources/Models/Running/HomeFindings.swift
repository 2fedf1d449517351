internal import GraftFiles

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// What was found out about data and this machine, in files of a folder of Graft's home. What cannot be read
/// or written is found out again.
struct HomeFindings<Finding: Codable> {
    private let folder: String

    /// The findings in a folder, which need not exist yet.
    init(in folder: String) { self.folder = folder }

    /// What was found out under a key.
    func finding(_ key: SHA256Digest) -> Finding? {
        guard let bytes = try? FileContents.read(path(key)) else { return nil }
        return try? JSONDecoder().decode(Finding.self, from: Data(bytes))
    }

    /// Keeps what was found out, made of what others have kept until then: no other process changes that meanwhile.
    func update(_ key: SHA256Digest, _ change: (Finding?) -> Finding) {
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        // Where there are no locks, the last one wins.
        let lock = try? FileLock("\(folder).lock")
        defer { withExtendedLifetime(lock) {} }
        keep(change(finding(key)), key)
    }

    /// Keeps what was found out.
    func keep(_ finding: Finding, _ key: SHA256Digest) {
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        guard let data = try? encoder.encode(finding), let file = try? FileReplacement(path(key)) else {
            return
        }
        try? file.write(Array(data))
        try? file.commit()
    }

    private func path(_ key: SHA256Digest) -> String { "\(folder)/\(key.hexadecimal).json" }
}
