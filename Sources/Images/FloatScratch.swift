/// Memory for `Float`s that is kept from one picture to the next and grows as needed.
@safe final class FloatScratch {
    private var memory: UnsafeMutableBufferPointer<Float>

    init() { unsafe memory = .allocate(capacity: 0) }

    deinit { unsafe memory.deallocate() }

    /// Memory for at least `count` values, zeros at first; its content stays unless it has to grow.
    func reserve(_ count: Int) -> UnsafeMutablePointer<Float> {
        if unsafe memory.count < max(count, 1) {
            unsafe memory.deallocate()
            unsafe memory = .allocate(capacity: max(count, 1))
            unsafe memory.initialize(repeating: 0)
        }
        return unsafe memory.baseAddress.unsafelyUnwrapped
    }
}
