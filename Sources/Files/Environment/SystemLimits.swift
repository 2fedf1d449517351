#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How much of the machine this process may use: what the machine has, and what a container, a group of processes
/// or the shell grants of it.
///
/// Linux tells by files: `/proc/meminfo`, `/proc/self/cgroup` and the folders of the control groups that this names,
/// in version 1 and 2 of these. What cannot be read limits nothing.
package struct SystemLimits: Sendable {
    /// The folder that the files are looked for in: "/" but for tests.
    private let root: String
    private let hasProcessLimits: Bool

    /// The limits of this process.
    package init() { self.init(root: "") }

    /// The limits that the files below a folder tell.
    package init(root: String) {
        self.root = root
        hasProcessLimits = root.isEmpty
    }

    // MARK: Memory

    /// The number of bytes that can still be taken; `nil` where nobody tells.
    package var freeMemory: Int? {
        ([machineMemory, processMemory] + groups("memory").map(freeMemory)).compactMap { $0 }.min()
    }

    /// What the machine has left, swap included.
    private var machineMemory: Int? {
        guard let lines = lines("/proc/meminfo") else { return nil }
        func bytes(_ name: String) -> Int? {
            let line = lines.first { $0.hasPrefix("\(name):") }
            return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) }?.multiplied(
                checked: 1024)
        }
        return bytes("MemAvailable")?.adding(checked: bytes("SwapFree") ?? 0)
    }

    /// What is left of the address space that the shell grants (`ulimit -v`).
    private var processMemory: Int? {
        guard hasProcessLimits else { return nil }
        var limit = rlimit()
        #if canImport(Glibc)
            let isTold = unsafe getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0
        #else
            let isTold = unsafe getrlimit(RLIMIT_AS, &limit) == 0
        #endif
        guard isTold, let most = Int(exactly: limit.rlim_cur), most < Int.max,
            let pages = lines("/proc/self/statm")?.first?.split(separator: " ").first.flatMap({ Int($0) }),
            let used = pages.multiplied(checked: Int(getpagesize()))
        else { return nil }
        return max(most - used, 0)
    }

    /// What a control group has left. Pages of files that it could drop count as free.
    private func freeMemory(of folder: String) -> Int? {
        guard let limit = number("\(folder)/memory.max") ?? number("\(folder)/memory.limit_in_bytes"),
            // Version 1 writes a huge number where there is no limit.
            limit < 1 << 60
        else { return nil }
        let used = number("\(folder)/memory.current") ?? number("\(folder)/memory.usage_in_bytes") ?? 0
        let droppable = (lines("\(folder)/memory.stat") ?? []).first {
            $0.hasPrefix("inactive_file ") || $0.hasPrefix("total_inactive_file ")
        }?.split(separator: " ").last.flatMap { Int($0) }
        return max(limit - max(used - (droppable ?? 0), 0), 0)
    }

    // MARK: Cores

    /// How many cores' worth of time the control groups grant, rounded up; `nil` where they do not limit it.
    package var grantedCores: Int? { groups("cpu").compactMap(grantedCores).min() }

    private func grantedCores(of folder: String) -> Int? {
        var quota: Int?
        var period: Int?
        if let words = lines("\(folder)/cpu.max")?.first?.split(separator: " "), words.count == 2 {
            // "max" is no number, and no limit.
            (quota, period) = (Int(words[0]), Int(words[1]))
        } else {
            (quota, period) = (number("\(folder)/cpu.cfs_quota_us"), number("\(folder)/cpu.cfs_period_us"))
        }
        guard let quota, let period, quota > 0, period > 0 else { return nil }
        return max((quota - 1) / period + 1, 1)
    }

    // MARK: Files

    /// The folders of the control groups that this process is in, and those around them, for one controller.
    private func groups(_ controller: String) -> [String] {
        var folders: [String] = []
        for line in lines("/proc/self/cgroup") ?? [] {
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            let bases: [String]
            if parts[1].isEmpty {
                bases = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"]
            } else if parts[1].split(separator: ",").contains(Substring(controller)) {
                bases = ["/sys/fs/cgroup/\(parts[1])", "/sys/fs/cgroup/\(controller)"]
            } else {
                continue
            }
            var path = parts[2].split(separator: "/")
            while true {
                folders += bases.map { ([$0] + path.map(String.init)).joined(separator: "/") }
                if path.popLast() == nil { break }
            }
        }
        return folders
    }

    private func lines(_ path: String) -> [Substring]? {
        // The size of such files is told as 0.
        let descriptor = unsafe "\(root)\(path)".withFileName {
            unsafe open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        }
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        var count = 0
        while count < bytes.count {
            let got = unsafe bytes.withUnsafeMutableBytes {
                unsafe read(descriptor, $0.baseAddress.map { unsafe $0 + count }, $0.count - count)
            }
            if got < 0 && errno == EINTR { continue }
            guard got >= 0 else { return nil }
            if got == 0 { break }
            count += got
        }
        return String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n")
    }

    private func number(_ path: String) -> Int? {
        lines(path)?.first.flatMap { Int($0) }
    }
}
