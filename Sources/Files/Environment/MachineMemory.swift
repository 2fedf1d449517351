#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How much memory can still be taken: of the machine, of the control group that the process is in, of the
/// process itself.
package enum MachineMemory {
    /// Smaller amounts are not worth a look.
    private static let least = 32 << 20

    /// Whether so many bytes can be taken now.
    package static func has(_ bytes: Int) -> Bool {
        guard bytes >= least else { return true }
        if let available, bytes > available { return false }
        // A limit of the process' own shows when it is asked; nothing is touched, so nothing is taken.
        guard let probe = unsafe malloc(bytes) else { return false }
        unsafe free(probe)
        return true
    }

    /// The bytes that can still be taken before others have to give some back; `nil` where nobody says.
    package static var available: Int? {
        [systemsShare, groupsShare].compactMap(\.self).min()
    }

    /// What the system has left.
    private static var systemsShare: Int? {
        guard let text = read("/proc/meminfo") else { return nil }
        for line in text.split(separator: "\n") where line.hasPrefix("MemAvailable:") {
            let digits = line.filter(\.isNumber)
            return Int(digits).flatMap { $0.multiplied(checked: 1024) }
        }
        return nil
    }

    /// What the control group has left, and each around it; files that are only kept for speed do not count.
    private static var groupsShare: Int? {
        guard let text = read("/proc/self/cgroup") else { return nil }
        var shares: [Int] = []
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            let isSecond = parts[1].isEmpty
            guard isSecond || parts[1].split(separator: ",").contains("memory") else { continue }
            let root = isSecond ? "/sys/fs/cgroup" : "/sys/fs/cgroup/memory"
            var folders = parts[2].split(separator: "/")
            while true {
                let folder = ([root] + folders.map(String.init)).joined(separator: "/")
                if let share = share(of: folder, isSecond: isSecond) { shares.append(share) }
                guard folders.popLast() != nil else { break }
            }
        }
        return shares.min()
    }

    private static func share(of folder: String, isSecond: Bool) -> Int? {
        let (limitName, useName) =
            isSecond
            ? ("memory.max", "memory.current") : ("memory.limit_in_bytes", "memory.usage_in_bytes")
        func number(_ name: String) -> Int? {
            read("\(folder)/\(name)").flatMap { Int($0.filter(\.isNumber)) }
        }
        guard let limit = number(limitName), let use = number(useName) else { return nil }
        let kept =
            read("\(folder)/memory.stat")?.split(separator: "\n").first { $0.hasPrefix("inactive_file ") }
            .flatMap { Int($0.dropFirst("inactive_file ".count)) } ?? 0
        return max(limit - max(use - kept, 0), 0)
    }

    /// The text of a file of the system's, which tells no size of its own.
    private static func read(_ path: String) -> String? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        var count = 0
        while count < bytes.count {
            let got = unsafe bytes.withUnsafeMutableBytes { buffer in
                let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[count...])
                #if canImport(Glibc)
                    return unsafe Glibc.read(descriptor, rest.baseAddress, rest.count)
                #else
                    return unsafe Darwin.read(descriptor, rest.baseAddress, rest.count)
                #endif
            }
            guard got > 0 else { break }
            count += got
        }
        return String(decoding: bytes[..<count], as: UTF8.self)
    }
}
