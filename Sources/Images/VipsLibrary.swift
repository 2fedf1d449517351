internal import GraftCVips

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// libvips, started once a process, and who may use it when.
///
/// libvips has one error buffer for all threads. Decodes run side by side and look only at success or
/// failure; after a failure the picture is decoded once more while nobody else decodes, and then the buffer
/// holds that picture's messages and no others.
@safe final class VipsLibrary: Sendable {
    /// The library; `nil` where it could not be started.
    static let shared = VipsLibrary()

    private nonisolated(unsafe) let lock: UnsafeMutablePointer<pthread_rwlock_t>

    private init?() {
        unsafe lock = .allocate(capacity: 1)
        unsafe pthread_rwlock_init(lock, nil)
        guard graft_vips_init() == 0 else { return nil }
        graft_vips_silence()
        // Graft decodes many pictures at once on threads of its own, and each only once.
        vips_concurrency_set(1)
        vips_cache_set_max(0)
    }

    /// Runs `body` beside other decodes.
    func decoding<Result>(_ body: () -> Result) -> Result {
        unsafe pthread_rwlock_rdlock(lock)
        defer { unsafe pthread_rwlock_unlock(lock) }
        return body()
    }

    /// Runs `body` while nobody else decodes, and returns what libvips had to say about it too.
    func diagnosing<Result>(_ body: () -> Result) -> (Result, message: String) {
        unsafe pthread_rwlock_wrlock(lock)
        defer { unsafe pthread_rwlock_unlock(lock) }
        vips_error_clear()
        let result = body()
        let message = unsafe String(cString: vips_error_buffer())
        vips_error_clear()
        return (result, message)
    }
}
