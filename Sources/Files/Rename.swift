#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The system's ways to rename; each gives 0, or the value of `errno`.
enum Rename {
    /// Replaces a file or an empty folder.
    static func plain(_ source: String, _ target: String) -> Int32 {
        unsafe source.withFileName { source in
            unsafe target.withFileName { target in unsafe rename(source, target) == 0 ? 0 : errno }
        }
    }

    /// Replaces nothing.
    static func withoutReplacing(_ source: String, _ target: String) -> Int32 {
        #if canImport(Glibc)
            flagged(source, target, 1)
        #else
            ENOSYS
        #endif
    }

    /// Exchanges two names in one step.
    static func exchanging(_ source: String, _ target: String) -> Int32 {
        #if canImport(Glibc)
            flagged(source, target, 2)
        #else
            ENOSYS
        #endif
    }

    /// Whether the system, or the file system, does not know such a renaming.
    static func isUnsupported(_ number: Int32) -> Bool {
        number == ENOSYS || number == EINVAL || number == ENOTSUP
    }

    #if canImport(Glibc)
        /// Calls `renameat2` (Linux 3.15) with one of the flags of <linux/fs.h>: RENAME_NOREPLACE is 1,
        /// RENAME_EXCHANGE 2.
        ///
        /// It is looked up at run time because glibc declares it for GNU sources only, which Swift's Glibc
        /// module is not.
        private static func flagged(_ source: String, _ target: String, _ flags: UInt32) -> Int32 {
            typealias Function =
                @convention(c) (
                    Int32, UnsafePointer<CChar>, Int32, UnsafePointer<CChar>, UInt32
                ) -> Int32
            // With a handle of 0 (RTLD_DEFAULT) the search covers all loaded libraries.
            guard let symbol = unsafe dlsym(nil, "renameat2") else { return ENOSYS }
            let function = unsafe unsafeBitCast(symbol, to: Function.self)
            return unsafe source.withFileName { source in
                unsafe target.withFileName { target in
                    unsafe function(AT_FDCWD, source, AT_FDCWD, target, flags) == 0 ? 0 : errno
                }
            }
        }
    #endif
}
