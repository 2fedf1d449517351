#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The limits that the system sets this process (`ulimit`).
package enum ProcessLimits {
    /// The least number of files that may be open: with fewer, not even the language's own threads start.
    static let leastFiles = 16
    /// The least address space in bytes: with less, libraries find no room for their threads, and some of them
    /// end the process then.
    static let leastAddressSpace = 700 << 20

    /// Stops where the limits are so low that the process would end without a word.
    ///
    /// - Throws: ``SettingError``.
    package static func require() throws(SettingError) {
        #if canImport(Glibc)
            try require(
                files: limit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue)),
                addressSpace: limit(__rlimit_resource_t(RLIMIT_AS.rawValue)))
        #endif
    }

    static func require(files: Int, addressSpace: Int) throws(SettingError) {
        guard files >= leastFiles else {
            throw SettingError(
                "The limit of open files", found: "is \(files)", expected: "at least \(leastFiles)",
                remedy: "Raise it, as with `ulimit -n 1024`")
        }
        guard addressSpace >= leastAddressSpace else {
            throw SettingError(
                "The limit of memory", found: "is \(addressSpace >> 20) MB of address space",
                expected: "at least \(leastAddressSpace >> 20) MB",
                remedy: "Raise it, as with `ulimit -v unlimited`")
        }
    }

    #if canImport(Glibc)
        private static func limit(_ resource: __rlimit_resource_t) -> Int {
            var limit = rlimit()
            guard unsafe getrlimit(resource, &limit) == 0 else { return .max }
            return Int(clamping: limit.rlim_cur)
        }
    #endif
}
