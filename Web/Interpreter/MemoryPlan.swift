/// Where each node's result stands in one block of memory, so that results which are not needed at the same
/// time share it.
enum MemoryPlan {
    /// A part of the block that is in use.
    private struct Part {
        var start: Int
        var end: Int
        /// The position of the last node that reads it.
        var lastUse: Int
    }

    /// Places the results of all nodes.
    ///
    /// - Parameters:
    ///   - kept: the nodes whose results are read after the last node ran.
    /// - Returns: the size of the block, in numbers.
    static func place(_ nodes: inout [Node], kept: [Int]) throws(Flaw) -> Int {
        var lastUses = [Int](repeating: 0, count: nodes.count)
        for (position, node) in nodes.enumerated() {
            lastUses[position] = position
            for input in node.inputs { lastUses[input] = position }
        }
        for position in kept { lastUses[position] = nodes.count }
        var parts: [Part] = []
        var size = 0
        for position in nodes.indices {
            let node = nodes[position]
            // What nobody reads any more may be overwritten; what this node reads may not.
            parts.removeAll { $0.lastUse < position }
            if node.operation.isInPlace, let input = node.inputs.first, lastUses[input] == position,
                let part = parts.firstIndex(where: { $0.start == nodes[input].offset })
            {
                nodes[position].offset = parts[part].start
                parts[part].lastUse = lastUses[position]
                continue
            }
            // Whole vectors, and one more that loads may reach beyond the end.
            let count = (node.extent.count + 7) & ~3
            var start = 0
            for part in parts {
                if part.start - start >= count { break }
                start = max(start, part.end)
            }
            guard start <= 1 << 28 else { throw .tooLarge }
            nodes[position].offset = start
            let part = Part(start: start, end: start + count, lastUse: lastUses[position])
            parts.insert(part, at: parts.firstIndex { $0.start > start } ?? parts.count)
            size = max(size, start + count)
        }
        return size
    }
}
