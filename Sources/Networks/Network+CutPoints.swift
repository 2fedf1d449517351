internal import GraftFiles

extension Network {
    /// The nodes before which the network can be cut so that one output alone crosses the cut, in order: the
    /// first nodes of blocks, and those of plain chains. The input and the first node after it are none.
    package var cutPoints: [String] {
        let lastReaders = consumers.map { $0.max() ?? -1 }
        return nodes.indices.dropFirst(2).filter { position in
            (0..<position).count { lastReaders[$0] >= position } == 1
        }
        .map { nodes[$0].name }
    }

    /// Cuts the network before the node of this name: it and all that come after it are the tail.
    ///
    /// - Throws: ``NetworkError`` where there is no such node, or more than one output would cross the cut.
    package func cut(before name: String) throws(NetworkError) -> NetworkCut {
        let points = cutPoints
        guard let start = position(of: name) else {
            throw NetworkError("network \(self.name)", found: "has no node \(name)")
        }
        guard points.contains(name) else {
            let earlier = points.last { (position(of: $0) ?? 0) < start }
            throw NetworkError(
                "\(self.name): \(name)", found: "lies beside other nodes, or is the first one",
                expected: "a node that all data goes through",
                remedy: earlier.map { "The nearest one before it is \($0)" }
                    ?? "The first one is \(points.first ?? "missing")")
        }
        return try cut { node in (position(of: node.name) ?? 0) >= start }
    }
}
