internal import CWebAssembly

/// The memory behind the program's data, in blocks. Free blocks are a list, sorted by address.
///
/// WebAssembly has no allocator. This one takes the first free block that is large enough, and joins free
/// neighbours. There is one heap for the whole program, so it is global.
enum Heap {
    /// What stands before each block, 16 bytes long so that blocks are aligned for vectors.
    @safe private struct Header {
        /// The bytes of the block with this header.
        var size: Int
        /// The next free block.
        var next: UnsafeMutablePointer<Header>?
        private var unused: (Int32, Int32) = (0, 0)

        init(size: Int, next: UnsafeMutablePointer<Header>?) {
            unsafe (self.size, self.next) = (size, next)
        }
    }

    private static let headerSize = 16
    private static let pageSize = 1 << 16
    /// The most memory in bytes: 1 GiB, so that addresses are positive numbers.
    private static let limit = 1 << 30
    nonisolated(unsafe) private static var free: UnsafeMutablePointer<Header>?
    /// Where memory begins that was never used; 0 before the first call.
    nonisolated(unsafe) private static var end = 0

    /// A block of at least so many bytes, at a multiple of 16; `nil` where there is no memory.
    static func allocate(_ count: Int) -> UnsafeMutableRawPointer? {
        guard count >= 0, count < limit else { return nil }
        let size = max((count + headerSize + 15) & ~15, 2 * headerSize)
        var before: UnsafeMutablePointer<Header>?
        var block = unsafe free
        while let found = unsafe block {
            let next = unsafe found.pointee.next
            if unsafe found.pointee.size >= size {
                let rest = unsafe cut(found, to: size)
                let following = unsafe rest ?? next
                if let before = unsafe before {
                    unsafe before.pointee.next = following
                } else {
                    unsafe free = following
                }
                return unsafe UnsafeMutableRawPointer(found) + headerSize
            }
            unsafe (before, block) = (found, next)
        }
        return unsafe extend(by: size).map { unsafe $0 + headerSize }
    }

    /// Gives a block back.
    static func release(_ pointer: UnsafeMutableRawPointer) {
        let block = unsafe (pointer - headerSize).assumingMemoryBound(to: Header.self)
        var before: UnsafeMutablePointer<Header>?
        var after = unsafe free
        while let next = unsafe after, unsafe next < block {
            unsafe (before, after) = unsafe (next, next.pointee.next)
        }
        unsafe block.pointee.next = after
        if let before = unsafe before { unsafe before.pointee.next = block } else { unsafe free = block }
        unsafe join(block)
        if let before = unsafe before { unsafe join(before) }
    }

    /// Shortens a block; what is left becomes a free block, unless it is too small to be one.
    private static func cut(
        _ block: UnsafeMutablePointer<Header>, to size: Int
    ) -> UnsafeMutablePointer<Header>? {
        guard unsafe block.pointee.size - size >= 2 * headerSize else { return nil }
        let rest = unsafe (UnsafeMutableRawPointer(block) + size).assumingMemoryBound(to: Header.self)
        unsafe rest.initialize(to: Header(size: block.pointee.size - size, next: block.pointee.next))
        unsafe block.pointee.size = size
        return unsafe rest
    }

    /// Joins a free block with the next one, where they touch.
    private static func join(_ block: UnsafeMutablePointer<Header>) {
        guard let next = unsafe block.pointee.next,
            unsafe UnsafeMutableRawPointer(block) + block.pointee.size == UnsafeMutableRawPointer(next)
        else { return }
        unsafe block.pointee.size += next.pointee.size
        unsafe block.pointee.next = next.pointee.next
    }

    /// A new block behind all others.
    private static func extend(by size: Int) -> UnsafeMutableRawPointer? {
        if unsafe end == 0 {
            unsafe end = (Int(heap_start()) + 15) & ~15
        }
        let available = unsafe Int(memory_pages()) * pageSize - end
        if available < size {
            guard unsafe end <= limit - size else { return nil }
            let pages = (size - available + pageSize - 1) / pageSize
            guard grow_memory(UInt(pages)) != UInt.max else { return nil }
        }
        guard let start = unsafe UnsafeMutableRawPointer(bitPattern: end) else { return nil }
        unsafe end += size
        unsafe start.assumingMemoryBound(to: Header.self).initialize(to: Header(size: size, next: nil))
        return unsafe start
    }
}
