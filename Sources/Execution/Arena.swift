internal import GraftOneDNN

/// Where each value of a plan lies in one block of memory: values that are never needed at the same time
/// share bytes.
struct Arena: Sendable {
    /// The offset of each value.
    let offsets: [Int]
    /// The size of the block.
    let byteCount: Int

    /// Places values by lifetime.
    ///
    /// - Parameter kept: values that live from the first step to after the last.
    init(values: [PlanValue], steps: [PlanStep], kept: Set<ValueIndex>) {
        var lifetimes = Lifetimes()
        for _ in values { _ = lifetimes.addBlock(size: 0) }
        for (index, value) in values.enumerated() {
            lifetimes.enlarge(value.storage, to: value.descriptor.byteCount)
            guard kept.contains(index) else { continue }
            lifetimes.use(value.storage, at: 0)
            lifetimes.use(value.storage, at: steps.count)
        }
        for (position, step) in steps.enumerated() {
            for case .value(let index) in step.slots {
                lifetimes.use(values[index].storage, at: position)
            }
        }
        let placed = lifetimes.placed()
        offsets = values.map { placed.offsets[$0.storage] }
        byteCount = placed.byteCount
    }
}
