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
        // A limit that nobody tells of shows when memory is asked for; nothing is touched, so nothing is taken.
        guard let probe = unsafe malloc(bytes) else { return false }
        unsafe free(probe)
        return true
    }

    /// Lets no file be read that is larger than the memory that is left.
    ///
    /// - Throws: ``FileError``.
    static func require(_ bytes: Int, for path: String) throws(FileError) {
        guard !has(bytes) else { return }
        throw FileError(
            .other,
            Problem(
                path, found: "has \(bytes.grouped) bytes, more than there is memory left",
                remedy: "End other programs, or use a smaller file"))
    }

    /// The bytes that can still be taken before others have to give some back; `nil` where nobody says.
    package static var available: Int? { SystemLimits().freeMemory }
}
