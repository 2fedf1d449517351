import Foundation
import GraftFiles
import Testing

/// What containers grant, in the files that Linux tells it by.
@Suite final class SystemLimitsTests: Sendable {
    let root = FileManager.default.temporaryDirectory.path + "/limits-\(UInt64.random(in: 0 ... .max))"

    deinit { try? FileManager.default.removeItem(atPath: root) }

    private func write(_ files: [String: String]) throws {
        for (path, text) in files {
            let url = URL(filePath: root + path)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: url)
        }
    }

    private static let machine =
        "MemTotal:       16000000 kB\nMemFree:  100 kB\nMemAvailable:    8000000 kB\nSwapFree:  1000 kB\n"

    @Test func machineAloneGrantsWhatIsAvailableAndAllCores() throws {
        try write(["/proc/meminfo": Self.machine, "/proc/self/cgroup": "0::/\n"])
        let limits = SystemLimits(root: root)
        #expect(limits.freeMemory == 8_001_000 * 1024)
        #expect(limits.grantedCores == nil)
    }

    @Test func groupsOfVersionTwoLimitMemoryAndCoresAtAnyLevel() throws {
        try write([
            "/proc/meminfo": Self.machine, "/proc/self/cgroup": "0::/box/inner\n",
            "/sys/fs/cgroup/box/inner/memory.max": "max\n",
            "/sys/fs/cgroup/box/inner/cpu.max": "max 100000\n",
            "/sys/fs/cgroup/box/memory.max": "1000000000\n",
            "/sys/fs/cgroup/box/memory.current": "700000000\n",
            "/sys/fs/cgroup/box/memory.stat": "anon 1\ninactive_file 200000000\n",
            "/sys/fs/cgroup/box/cpu.max": "150000 100000\n",
        ])
        let limits = SystemLimits(root: root)
        #expect(limits.freeMemory == 500_000_000)
        #expect(limits.grantedCores == 2)
    }

    @Test func groupsOfVersionOneDoSoToo() throws {
        try write([
            "/proc/meminfo": Self.machine,
            "/proc/self/cgroup": "4:memory:/docker/abc\n2:cpu,cpuacct:/docker/abc\n0::/\n",
            // A container sees its own group where the whole tree would be.
            "/sys/fs/cgroup/memory/memory.limit_in_bytes": "600000000\n",
            "/sys/fs/cgroup/memory/memory.usage_in_bytes": "100000000\n",
            "/sys/fs/cgroup/memory/memory.stat": "inactive_file 5\ntotal_inactive_file 5\n",
            "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "50000\n",
            "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000\n",
        ])
        let limits = SystemLimits(root: root)
        #expect(limits.freeMemory == 500_000_005)
        #expect(limits.grantedCores == 1)
        try write([
            "/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
            "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "-1\n",
        ])
        #expect(limits.freeMemory == 8_001_000 * 1024 && limits.grantedCores == nil)
    }

    @Test func filesThatSayNonsenseLimitNothing() throws {
        try write([
            "/proc/meminfo": "MemAvailable: 99999999999999999999 kB\n",
            "/proc/self/cgroup": "nonsense\n::::\n0::/\n",
            "/sys/fs/cgroup/cpu.max": "9223372036854775807 1\n", "/sys/fs/cgroup/memory.max": "-5\n",
        ])
        let limits = SystemLimits(root: root)
        #expect(limits.grantedCores == .max)
        #expect(limits.freeMemory == 0)
        #expect(SystemLimits(root: root + "/none").freeMemory == nil)
    }
}
