internal import CMemory

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif
#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// The physical memory that this process takes.
enum ProcessMemory {
    /// Gives freed memory back and forgets the greatest size so far; where the system cannot (it is Linux that can), the size stays that of the whole process.
    static func beginPeak() {
        graft_return_freed_memory()
        try? Data("5".utf8).write(to: URL(filePath: "/proc/self/clear_refs"))
    }

    /// The greatest size in bytes since ``beginPeak()``.
    static var peak: Int {
        if let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
            let kilobytes = line.split(whereSeparator: { " \t".contains($0) }).dropFirst().first.flatMap({
                Int($0)
            })
        {
            return kilobytes * 1024
        }
        var usage = rusage()
        #if canImport(Darwin)
            return unsafe getrusage(RUSAGE_SELF, &usage) == 0 ? usage.ru_maxrss : 0
        #else
            return unsafe getrusage(RUSAGE_SELF.rawValue, &usage) == 0 ? usage.ru_maxrss * 1024 : 0
        #endif
    }
}
