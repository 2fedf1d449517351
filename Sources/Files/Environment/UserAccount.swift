#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What the system knows of the user whose process this is.
enum UserAccount {
    /// The home folder of the account; the folder for temporary files where the system knows none.
    static var home: String {
        var entry = unsafe passwd()
        var found: UnsafeMutablePointer<passwd>?
        let fallback = "/tmp"
        return unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 16_384) { texts in
            guard let start = texts.baseAddress,
                unsafe getpwuid_r(getuid(), &entry, start, texts.count, &found) == 0,
                let folder = unsafe found?.pointee.pw_dir
            else { return fallback }
            let home = unsafe String(cString: folder)
            return home.isEmpty ? fallback : home
        }
    }
}
