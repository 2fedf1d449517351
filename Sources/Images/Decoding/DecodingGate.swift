internal import GraftFiles

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Lets only so many large pictures be decoded at once as there is memory for.
///
/// Pictures of usual size never wait. A large one waits until what others hold leaves room for it; where
/// nobody holds anything it may always go on, since its need was compared with the machine before.
@safe final class DecodingGate: Sendable {
    /// The gate of the process: memory belongs to all of it.
    static let shared = DecodingGate()

    /// Pictures that need less are not counted.
    static let smallest = 64 << 20

    private nonisolated(unsafe) let lock: UnsafeMutablePointer<pthread_mutex_t>
    private nonisolated(unsafe) let changed: UnsafeMutablePointer<pthread_cond_t>
    private nonisolated(unsafe) let held: UnsafeMutablePointer<Int>
    private let room: Int

    /// - Parameter room: What pictures together may hold; half of what there is where it is `nil`.
    init(room: Int? = nil) {
        self.room = room ?? max((MachineMemory.available ?? 4 << 30) / 2, Self.smallest)
        unsafe lock = .allocate(capacity: 1)
        unsafe changed = .allocate(capacity: 1)
        unsafe held = .allocate(capacity: 1)
        unsafe held.initialize(to: 0)
        unsafe pthread_mutex_init(lock, nil)
        unsafe pthread_cond_init(changed, nil)
    }

    deinit {
        unsafe pthread_cond_destroy(changed)
        unsafe pthread_mutex_destroy(lock)
        unsafe lock.deallocate()
        unsafe changed.deallocate()
        unsafe held.deallocate()
    }

    /// Waits until there is room.
    func enter(_ bytes: Int) {
        guard bytes >= Self.smallest else { return }
        unsafe pthread_mutex_lock(lock)
        while unsafe held.pointee > 0 && bytes > room - held.pointee {
            unsafe pthread_cond_wait(changed, lock)
        }
        unsafe held.pointee += bytes
        unsafe pthread_mutex_unlock(lock)
    }

    /// Gives back what ``enter(_:)`` took.
    func leave(_ bytes: Int) {
        guard bytes >= Self.smallest else { return }
        unsafe pthread_mutex_lock(lock)
        unsafe held.pointee -= bytes
        unsafe pthread_cond_broadcast(changed)
        unsafe pthread_mutex_unlock(lock)
    }
}
