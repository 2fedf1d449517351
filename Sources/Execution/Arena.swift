internal import GraftOneDNN

/// Where each value of a plan lies in one block of memory: values that are never needed at the same time
/// share bytes.
struct Arena: Sendable {
    /// The offset of each value.
    let offsets: [Int]
    /// The size of the block.
    let byteCount: Int

    private static let alignment = 64

    /// Places values by lifetime: the largest first, each at the lowest offset that is free while it lives.
    ///
    /// - Parameter kept: values that live from the first step to after the last.
    init(values: [PlanValue], steps: [PlanStep], kept: Set<ValueIndex>) {
        struct Block {
            var size = 0
            var first = Int.max
            var last = Int.min
            var offset = 0
        }
        var blocks = [Block](repeating: Block(), count: values.count)
        for (index, value) in values.enumerated() {
            blocks[value.storage].size = max(blocks[value.storage].size, value.descriptor.byteCount)
            if kept.contains(index) {
                blocks[value.storage].first = 0
                blocks[value.storage].last = steps.count
            }
        }
        for (position, step) in steps.enumerated() {
            for case .value(let index) in step.slots {
                let storage = values[index].storage
                blocks[storage].first = min(blocks[storage].first, position)
                blocks[storage].last = max(blocks[storage].last, position)
            }
        }
        var placed: [Int] = []
        let order = blocks.indices.filter { blocks[$0].size > 0 && blocks[$0].last >= blocks[$0].first }
            .sorted { (blocks[$0].size, $1) > (blocks[$1].size, $0) }
        var end = 0
        for index in order {
            var offset = 0
            let rivals = placed.filter {
                blocks[$0].first <= blocks[index].last && blocks[index].first <= blocks[$0].last
            }
            for rival in rivals.sorted(by: { blocks[$0].offset < blocks[$1].offset }) {
                if offset + blocks[index].size <= blocks[rival].offset { break }
                let after = blocks[rival].offset + blocks[rival].size
                offset = max(offset, (after + Arena.alignment - 1) / Arena.alignment * Arena.alignment)
            }
            blocks[index].offset = offset
            end = max(end, offset + blocks[index].size)
            placed.append(index)
        }
        offsets = values.map { blocks[$0.storage].offset }
        byteCount = end
    }
}
