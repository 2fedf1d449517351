/// Which blocks of memory are needed when: blocks that are never needed at the same time can share bytes.
///
/// Plans place their values by it, and the estimate of a network's memory does as they do.
struct Lifetimes: Sendable {
    /// Memory, from the time it is written first to the time it is read last.
    private struct Block {
        var size = 0
        var first = Int.max
        var last = Int.min

        var isUsed: Bool { size > 0 && last >= first }
        func meets(_ other: Block) -> Bool { first <= other.last && other.first <= last }
    }

    private var blocks: [Block] = []
    private static let alignment = 64

    /// Adds a block of so many bytes, and gives its number.
    mutating func addBlock(size: Int) -> Int {
        blocks.append(Block(size: size))
        return blocks.count - 1
    }

    /// Makes a block at least so large.
    mutating func enlarge(_ block: Int, to size: Int) {
        blocks[block].size = max(blocks[block].size, size)
    }

    /// Lets a block live at a time, and between that and all others at which it does.
    mutating func use(_ block: Int, at time: Int) {
        blocks[block].first = min(blocks[block].first, time)
        blocks[block].last = max(blocks[block].last, time)
    }

    /// A place for each block, and the bytes of all: the largest first, each at the lowest offset that is
    /// free while it lives.
    func placed() -> (offsets: [Int], byteCount: Int) {
        var offsets = [Int](repeating: 0, count: blocks.count)
        var placed: [Int] = []
        let order = blocks.indices.filter { blocks[$0].isUsed }
            .sorted { (blocks[$0].size, $1) > (blocks[$1].size, $0) }
        var end = 0
        for index in order {
            var offset = 0
            let rivals = placed.filter { blocks[$0].meets(blocks[index]) }
            for rival in rivals.sorted(by: { offsets[$0] < offsets[$1] }) {
                if offset + blocks[index].size <= offsets[rival] { break }
                let after = offsets[rival] + blocks[rival].size
                offset = max(
                    offset, (after + Lifetimes.alignment - 1) / Lifetimes.alignment * Lifetimes.alignment)
            }
            offsets[index] = offset
            end = max(end, offset + blocks[index].size)
            placed.append(index)
        }
        return (offsets, end)
    }
}
