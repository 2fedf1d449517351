internal import GraftFiles
internal import GraftTensors

/// A network in two parts: what is frozen, computed once for each image, and what is trained.
package struct NetworkCut: Sendable {
    /// Everything that no trainable node comes before. `nil` where the first node after the input is trained
    /// already.
    package let trunk: Network?
    /// The rest; its inputs carry the names of the boundary nodes.
    package let tail: Network
    /// The nodes whose outputs cross the cut.
    package let boundary: [String]
}

extension Network {
    /// Cuts the network before the first nodes for which `isTrainable` says so.
    ///
    /// Random operations belong to the tail too, since their output differs each time. Frozen nodes beside
    /// trainable ones, in another branch, belong to the trunk, but for those that are cheaper to compute
    /// again than to keep: those without parameters whose inputs cross the cut anyway; and the last ones
    /// where less than half as many values cross before them, as before an expansion of MobileNetV2, and they
    /// make a step a twentieth longer at most.
    ///
    /// - Throws: ``NetworkError`` where nothing is trainable.
    package func cut(where isTrainable: (Node) -> Bool) throws(NetworkError) -> NetworkCut {
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
        // Learned numbers cost nothing to give again: they are on both sides.
        func crosses(_ index: Int) -> Bool {
            !inTail[index] && !nodes[index].operation.isParameter
                && consumers[index].contains { inTail[$0] }
        }
        for (index, node) in nodes.enumerated().reversed() where crosses(index) && !node.inputs.isEmpty {
            let parameters = node.operation.parameters(of: node.name, inputs: inputShapes(of: node))
            let inputsCross = node.inputs.allSatisfy { position(of: $0).map(crosses) == true }
            if parameters.isEmpty, inputsCross, consumers[index].allSatisfy({ inTail[$0] }) {
                inTail[index] = true
            }
        }
        inTail = cheaperTail(inTail) ?? inTail
        let crossing = nodes.indices.filter(crosses)
        let boundary = crossing.map {
            Node(name: nodes[$0].name, operation: .input(Input(shape: shapes[$0])), inputs: [])
        }
        func isGiven(_ index: Int, to side: Bool) -> Bool {
            nodes[index].operation.isParameter && consumers[index].contains { inTail[$0] == side }
        }
        let tailNodes = nodes.indices.filter { inTail[$0] || isGiven($0, to: true) }.map { nodes[$0] }
        let tailNames = Set(tailNodes.map(\.name))
        let tail = try Network(
            name: name, nodes: boundary + tailNodes,
            outputs: endsWithItsOutput ? [] : outputs.filter(tailNames.contains))
        let frozen = nodes.indices.filter {
            !inTail[$0] && (!nodes[$0].operation.isParameter || isGiven($0, to: false))
        }.map { nodes[$0] }
        let computes = frozen.contains { !$0.inputs.isEmpty }
        return NetworkCut(
            trunk: computes ? try Network(name: name, nodes: frozen) : nil, tail: tail,
            boundary: boundary.map(\.name))
    }

    /// The nodes of the tail with some of the last frozen ones, where that lets not half as many values
    /// cross; `nil` where it does not.
    private func cheaperTail(_ inTail: [Bool]) -> [Bool]? {
        let consumers = consumers
        func crosses(_ index: Int, _ tail: [Bool]) -> Bool {
            !tail[index] && !nodes[index].operation.isParameter
                && consumers[index].contains { tail[$0] }
        }
        func crossingCount(_ tail: [Bool]) -> Int {
            nodes.indices.filter { crosses($0, tail) }.reduce(0) { $0 + shapes[$1].elementCount }
        }
        let costs = nodes.indices.map(multiplyAccumulates)
        // A step computes the tail, and goes back through it at twice the cost.
        var allowance = 3 * nodes.indices.filter { inTail[$0] }.reduce(0) { $0 + costs[$1] } / 20
        var tail = inTail
        var best: (count: Int, tail: [Bool])?
        let limit = crossingCount(inTail) / 2
        while let last = nodes.indices.last(where: { crosses($0, tail) }) {
            let node = nodes[last]
            allowance -= costs[last]
            // Pictures are to be read once.
            let readsInput = node.inputs.contains {
                position(of: $0).map { nodes[$0].inputs.isEmpty } ?? true
            }
            guard allowance >= 0, !node.inputs.isEmpty, !readsInput, consumers[last].allSatisfy({ tail[$0] })
            else { break }
            tail[last] = true
            let count = crossingCount(tail)
            if count < min(best?.count ?? .max, limit) { best = (count, tail) }
        }
        return best?.tail
    }
}
