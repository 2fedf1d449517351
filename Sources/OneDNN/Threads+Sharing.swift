internal import Dispatch
internal import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Threads of one primitive wait for each other many times a second. GNU's OpenMP lets them spin meanwhile, which is
/// quickest on cores of one's own; where other programs want the cores too, a thread that spins takes the core
/// from the one that it waits for, and work takes many times as long.
extension Threads {
    private static let givesWay = Mutex(false)

    /// Lets threads that wait give up their cores at once, from now on, in this whole process.
    ///
    /// GNU's OpenMP does so by itself where it manages more threads than there are cores, and reads no setting
    /// after its start: so a thread with a team as large as the machine is made and left alone. Another OpenMP is
    /// not changed by it.
    package static func giveWay() {
        let isDone = givesWay.withLock { isDone in
            defer { isDone = true }
            return isDone
        }
        if isDone { return }
        let size = sysconf(Int32(_SC_NPROCESSORS_ONLN)) + 1
        try? DetachedThread.start {
            setCountForCallingThread(size)
            perform(size, threads: size) { _ in }
            // A team ends with the thread that commands it.
            DispatchSemaphore(value: 0).wait()
        }
    }
}

/// Watches from within a thread whether other programs want the cores, and lets threads give way then.
package struct CoreWatch: Sendable {
    private var start = ContinuousClock.now
    private var count = CoreWatch.switches

    /// A watch that starts now.
    package init() {}

    /// To be called often, by the thread that commands the others.
    package mutating func look() {
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        guard seconds >= 0.25 else { return }
        let now = CoreWatch.switches
        if CoreWatch.isShared(switches: now - count, seconds: seconds) { Threads.giveWay() }
        (start, count) = (.now, now)
    }

    /// Whether a thread that lost its core so many times in this time shares it: alone it is a few times a second,
    /// beside one that never rests it is at each tick of the scheduler, 100 times and more.
    static func isShared(switches: Int, seconds: Double) -> Bool { Double(switches) > 20 * seconds }

    /// How often the calling thread has lost its core against its will.
    private static var switches: Int {
        #if canImport(Glibc)
            var usage = rusage()
            // RUSAGE_THREAD, which the header names only where GNU's extensions are asked for.
            guard unsafe getrusage(1, &usage) == 0 else { return 0 }
            return usage.ru_nivcsw
        #else
            return 0
        #endif
    }
}
