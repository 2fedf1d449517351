/// Memory for numbers.
enum Memory {
    /// Memory for so many numbers, zeros at first.
    ///
    /// - Throws: ``Flaw/tooLarge`` where there is none.
    static func floats(_ count: Int) throws(Flaw) -> UnsafeMutablePointer<Float> {
        guard count >= 0, count <= 1 << 28, let block = unsafe Heap.allocate(4 * max(count, 1)) else {
            throw .tooLarge
        }
        let pointer = unsafe block.bindMemory(to: Float.self, capacity: count)
        unsafe pointer.initialize(repeating: 0, count: count)
        return unsafe pointer
    }

    /// Gives it back.
    static func release(_ floats: UnsafeMutablePointer<Float>) { unsafe Heap.release(floats) }
}
