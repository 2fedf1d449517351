#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The system's ways to rename; each gives 0, or the value of `errno`.
enum Rename {
    /// Replaces a file or an empty folder.
    static func plain(_ source: String, _ target: String) -> Int32 {
        unsafe rename(source, target) == 0 ? 0 : errno
    }

    /// Replaces nothing.
    static func withoutReplacing(_ source: String, _ target: String) -> Int32 {
        #if canImport(Glibc)
            flagged(source, target, noReplace)
        #else
            ENOSYS
        #endif
    }

    /// Exchanges two names in one step.
    static func exchanging(_ source: String, _ target: String) -> Int32 {
        #if canImport(Glibc)
            flagged(source, target, exchange)
        #else
            ENOSYS
        #endif
    }

    /// Whether the system, or the file system, does not know such a renaming.
    static func isUnsupported(_ number: Int32) -> Bool {
        number == ENOSYS || number == EINVAL || number == ENOTSUP
    }

    #if canImport(Glibc)
        // <stdio.h> declares these for programs that define _GNU_SOURCE only.
        private static let noReplace: UInt32 = 1
        private static let exchange: UInt32 = 2

        private static func flagged(_ source: String, _ target: String, _ flags: UInt32) -> Int32 {
            typealias Function =
                @convention(c) (Int32, UnsafePointer<CChar>, Int32, UnsafePointer<CChar>, UInt32) -> Int32
            guard let symbol = unsafe dlsym(nil, "renameat2") else { return ENOSYS }
            let renameat2 = unsafe unsafeBitCast(symbol, to: Function.self)
            return unsafe renameat2(AT_FDCWD, source, AT_FDCWD, target, flags) == 0 ? 0 : errno
        }
    #endif
}
