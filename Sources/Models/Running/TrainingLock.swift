internal import GraftFiles

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Tells other processes that a training is at work at a checkpoint, for as long as it lives; the system takes
/// it back when the process ends, however it ends.
///
/// The lock is a file in Graft's home, for a checkpoint is replaced at each epoch, and a lock would go with the
/// old one.
final class TrainingLock {
    private let path: String
    private let lock: FileLock

    /// Takes the lock of a checkpoint; `nil` where the home cannot be written, so that nobody can tell.
    ///
    /// - Throws: ``SettingError`` while another training is at work there.
    init?(checkpoint: String, home: GraftHome) throws(SettingError) {
        guard let path = TrainingLock.path(checkpoint, home) else { return nil }
        try? FileManager.default.createDirectory(
            atPath: TrainingLock.folder(home), withIntermediateDirectories: true)
        while true {
            let taken: FileLock?
            do throws(FileError) { taken = try FileLock(ifFreeMaking: path) } catch { return nil }
            guard let taken else { throw TrainingLock.refusal(checkpoint) }
            // The one who held it before may have removed the file between its opening and its locking.
            guard taken.isOf(path) else { continue }
            self.path = path
            lock = taken
            return
        }
    }

    deinit { try? FileRemoval.remove(path) }

    /// Stops where another process trains with this checkpoint.
    ///
    /// - Throws: ``SettingError`` where one does.
    static func requireFree(checkpoint: String, home: GraftHome) throws(SettingError) {
        guard let path = path(checkpoint, home), ((try? FileStatus.of(path)) ?? nil) != nil,
            FileLock(ifFree: path) == nil
        else { return }
        throw refusal(checkpoint)
    }

    private static func refusal(_ checkpoint: String) -> SettingError {
        SettingError(
            checkpoint, found: "is in use: another training is at work there",
            remedy: "Wait for its end, or choose another place for the model")
    }

    private static func folder(_ home: GraftHome) -> String { "\(home.path)/locks" }

    /// The lock's file: of one name for all ways to write the checkpoint's path.
    private static func path(_ checkpoint: String, _ home: GraftHome) -> String? {
        guard let identity = ((try? FileStatus.of(checkpoint.parentFolder)) ?? nil)?.identity else {
            return nil
        }
        let text = "\(identity) \(checkpoint.lastName)"
        return "\(folder(home))/\(SHA256Digest(of: text).hexadecimal.prefix(32)).lock"
    }
}
