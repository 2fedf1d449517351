#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A thread of the system that nobody waits for.
package enum DetachedThread {
    /// The system starts no thread, for this reason.
    package struct Refusal: Error {
        package let number: Int32
    }

    /// Starts a thread that does `body` and ends.
    package static func start(_ body: @escaping () -> Void) throws(Refusal) {
        final class Main {
            let body: () -> Void
            init(_ body: @escaping () -> Void) { self.body = body }
        }
        let context = unsafe Unmanaged.passRetained(Main(body)).toOpaque()
        #if canImport(Glibc)
            var thread = pthread_t()
            let status = unsafe pthread_create(
                &thread, nil,
                { context in
                    if let context = unsafe context {
                        unsafe Unmanaged<Main>.fromOpaque(context).takeRetainedValue().body()
                    }
                    return nil
                }, context)
            if status == 0 { pthread_detach(thread) }
        #else
            var thread: pthread_t?
            let status = unsafe pthread_create(
                &thread, nil,
                { context in
                    unsafe Unmanaged<Main>.fromOpaque(context).takeRetainedValue().body()
                    return nil
                }, context)
            if status == 0, let thread = unsafe thread { unsafe pthread_detach(thread) }
        #endif
        guard status == 0 else {
            unsafe Unmanaged<Main>.fromOpaque(context).release()
            throw Refusal(number: status)
        }
    }
}
