internal import Dispatch

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How many threads oneDNN uses for work that the calling thread gives it.
package enum Threads {
    /// The handle with which `dlsym` looks through all loaded libraries (`RTLD_DEFAULT`).
    private static var allLibraries: UnsafeMutableRawPointer? {
        #if canImport(Glibc)
            nil
        #else
            unsafe UnsafeMutableRawPointer(bitPattern: -2)
        #endif
    }

    /// Sets the number of threads for primitives made and run by the calling thread from now on.
    ///
    /// OpenMP keeps this number for each thread, and oneDNN divides a primitive's work by it when the
    /// primitive is made; so a primitive must be run with the number it was made with. The function is looked
    /// up at run time because oneDNN may be built with GNU's or LLVM's OpenMP, or with none, and then there
    /// is nothing to set.
    package static func setCountForCallingThread(_ count: Int) {
        typealias Setter = @convention(c) (Int32) -> Void
        guard let symbol = unsafe dlsym(allLibraries, "omp_set_num_threads") else { return }
        unsafe unsafeBitCast(symbol, to: Setter.self)(Int32(count))
    }

    /// The number that was set for the calling thread.
    package static var countForCallingThread: Int {
        typealias Getter = @convention(c) () -> Int32
        guard let symbol = unsafe dlsym(allLibraries, "omp_get_max_threads") else { return 1 }
        return Int(unsafe unsafeBitCast(symbol, to: Getter.self)())
    }

    /// Calls `body` once for each of so many numbers, each thread with neighbouring ones; the calling thread
    /// is one of them.
    ///
    /// The threads are those that primitives run on, so that neither waits for the other's to give up a core.
    package static func perform(_ count: Int, threads: Int, _ body: @Sendable (Int) -> Void) {
        let threads = max(min(threads, count), 1)
        guard threads > 1 else { return (0..<count).forEach(body) }
        guard let team = unsafe Team.shared else {
            return DispatchQueue.concurrentPerform(iterations: threads) { thread in
                (thread * count / threads..<(thread + 1) * count / threads).forEach(body)
            }
        }
        withoutActuallyEscaping(body) { body in
            let work = Work(count: count, body: body)
            withExtendedLifetime(work) {
                let context = unsafe Unmanaged.passUnretained(work).toOpaque()
                unsafe team.run(
                    { context in
                        guard let context = unsafe context, let team = unsafe Team.shared else { return }
                        let work = unsafe Unmanaged<Work>.fromOpaque(context).takeUnretainedValue()
                        let (thread, threads) = unsafe (Int(team.number()), Int(team.count()))
                        (thread * work.count / threads..<(thread + 1) * work.count / threads)
                            .forEach(work.body)
                    }, context, UInt32(threads), 0)
            }
        }
    }

    private final class Work: Sendable {
        let count: Int
        let body: @Sendable (Int) -> Void

        init(count: Int, body: @Sendable @escaping (Int) -> Void) {
            self.count = count
            self.body = body
        }
    }

    /// How GCC's code, which LLVM's OpenMP runs too, has a function called on every thread of a team.
    @unsafe private struct Team {
        typealias Function = @convention(c) (UnsafeMutableRawPointer?) -> Void
        let run: @convention(c) (Function, UnsafeMutableRawPointer?, UInt32, UInt32) -> Void
        let number: @convention(c) () -> Int32
        let count: @convention(c) () -> Int32

        static let shared: Team? = {
            guard let run = unsafe dlsym(allLibraries, "GOMP_parallel"),
                let number = unsafe dlsym(allLibraries, "omp_get_thread_num"),
                let count = unsafe dlsym(allLibraries, "omp_get_num_threads")
            else { return nil }
            return unsafe Team(
                run: unsafeBitCast(
                    run,
                    to: (@convention(c) (Function, UnsafeMutableRawPointer?, UInt32, UInt32) -> Void).self
                ),
                number: unsafeBitCast(number, to: (@convention(c) () -> Int32).self),
                count: unsafeBitCast(count, to: (@convention(c) () -> Int32).self))
        }()
    }
}
