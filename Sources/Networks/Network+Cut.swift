/// A network in two parts: what is frozen, computed once for each image, and what is trained.
public struct NetworkCut: Sendable {
    /// Everything that no trainable node comes before. `nil` where the first node after the input is trained already.
    public let trunk: Network?
    /// The rest; its inputs carry the names of the boundary nodes.
    public let tail: Network
    /// The nodes whose outputs cross the cut.
    public let boundary: [String]
}

extension Network {
    /// Cuts the network before the first nodes for which `isTrainable` says so.
    ///
    /// Random operations belong to the tail too, since their output differs each time. Frozen nodes beside trainable ones,
    /// in another branch, belong to the trunk, but for those without parameters whose inputs cross the cut anyway: fewer outputs cross
    /// where the tail computes them again.
    ///
    /// - Throws: ``NetworkError`` where nothing is trainable.
    public func cut(where isTrainable: (Node) -> Bool) throws(NetworkError) -> NetworkCut {
        var inTail = [Bool](repeating: false, count: nodes.count)
        for (index, node) in nodes.enumerated() {
            let inherits = node.inputs.contains { position(of: $0).map { inTail[$0] } ?? false }
            inTail[index] = inherits || node.operation.isStochastic || isTrainable(node)
        }
        guard zip(nodes, inTail).contains(where: { $1 && isTrainable($0) }) else {
            throw NetworkError(
                "network \(name)", found: "has no trainable node", remedy: "Unfreeze at least one")
        }
        let consumers = consumers
        func crosses(_ index: Int) -> Bool { !inTail[index] && consumers[index].contains { inTail[$0] } }
        for (index, node) in nodes.enumerated().reversed() where crosses(index) && !node.inputs.isEmpty {
            let parameters = node.operation.parameters(of: node.name, inputs: inputShapes(of: node))
            let inputsCross = node.inputs.allSatisfy { position(of: $0).map(crosses) == true }
            if parameters.isEmpty, inputsCross, consumers[index].allSatisfy({ inTail[$0] }) {
                inTail[index] = true
            }
        }
        let crossing = nodes.indices.filter(crosses)
        let boundary = crossing.map {
            Node(name: nodes[$0].name, operation: .input(Input(shape: shapes[$0])), inputs: [])
        }
        let tail = try Network(
            name: name, nodes: boundary + nodes.indices.filter { inTail[$0] }.map { nodes[$0] })
        let frozen = nodes.indices.filter { !inTail[$0] }.map { nodes[$0] }
        let computes = frozen.contains { !$0.inputs.isEmpty }
        return NetworkCut(
            trunk: computes ? try Network(name: name, nodes: frozen) : nil, tail: tail,
            boundary: boundary.map(\.name))
    }
}
