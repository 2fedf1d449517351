internal import GraftCMemory

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

/// What this process takes of the machine.
enum ProcessUsage {
    /// Gives freed memory back and forgets the greatest size of physical memory so far; where the system
    /// cannot (it is Linux that can), the size stays that of the whole process.
    static func beginPeakMemory() {
        graft_return_freed_memory()
        try? Data("5".utf8).write(to: URL(filePath: "/proc/self/clear_refs"))
    }

    /// The greatest size in bytes since ``beginPeakMemory()``.
    static var peakMemory: Int {
        if let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
            let kilobytes = line.split(whereSeparator: { " \t".contains($0) }).dropFirst().first.flatMap({
                Int($0)
            })
        {
            return kilobytes * 1024
        }
        #if canImport(Darwin)
            return totals.ru_maxrss
        #else
            return totals.ru_maxrss * 1024
        #endif
    }

    /// The seconds of processors that all its threads together have had.
    static var processorSeconds: Double {
        let totals = totals
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        return seconds(totals.ru_utime) + seconds(totals.ru_stime)
    }

    private static var totals: rusage {
        var usage = rusage()
        #if canImport(Darwin)
            unsafe getrusage(RUSAGE_SELF, &usage)
        #else
            unsafe getrusage(RUSAGE_SELF.rawValue, &usage)
        #endif
        return usage
    }
}
