internal import GraftExecution
package import GraftFiles

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// The machine that Graft runs on.
package enum Machine {
    /// The number of processors that this process may use: no more than a container grants time of.
    package static let cores = min(
        ProcessInfo.processInfo.activeProcessorCount, SystemLimits().grantedCores ?? .max)

    /// More threads than this are a mistake.
    package static let greatestThreads = 1024

    /// oneDNN's version, as in "3.2.0".
    package static var oneDNNVersion: String { ComputeLibrary.version }

    /// The program that this process runs.
    package static var executable: String {
        // What is called /proc/self/exe may have been moved or deleted since; the link leads to it all the
        // same.
        FileManager.default.fileExists(atPath: "/proc/self/exe")
            ? "/proc/self/exe" : CommandLine.arguments[0]
    }

    /// So little is had anywhere, or missed by chance.
    private static let small = 256 << 20

    /// Makes sure that the machine has memory for some work before any of it is taken.
    ///
    /// - Parameters:
    ///   - need: what the work takes at least, in bytes; `nil` where that is no number any more.
    ///   - subject: what takes it: "The network in photos.graft".
    ///   - remedy: how to need less.
    ///   - free: what there is; `nil` where nobody tells.
    /// - Throws: ``SettingError`` where it has not.
    package static func requireMemory(
        _ need: Int?, for subject: String, remedy: Remedy, free: Int? = SystemLimits().freeMemory
    ) throws(SettingError) {
        guard let free, need.map({ $0 > free && $0 > small }) ?? true else { return }
        throw SettingError(
            subject, found: "needs at least \(need.map(words) ?? "9 EB") of memory",
            expected: "at most \(words(free)), which is free here", remedy: remedy)
    }

    private static func words(_ bytes: Int) -> String {
        for (unit, size) in [("PB", 1e15), ("TB", 1e12), ("GB", 1e9)] where Double(bytes) >= size {
            return "\((Double(bytes) / size * 10).rounded() / 10) \(unit)"
        }
        return "\(bytes / 1_000_000) MB"
    }
}
