internal import GraftNetworks

/// A node together with those after it that its primitive computes as well.
struct FusedNode {
    /// What is applied to the node's result before it is stored.
    enum Operation: Hashable {
        case activation(Activation)
        /// Adds the output of the node of this name, which is computed before.
        case add(String)
    }

    /// The first node; its inputs are those of the whole.
    var node: Node
    /// A BatchNorm on stored statistics that is folded into the kernel and bias.
    var normalization: Node?
    /// What follows, in order.
    var operations: [Operation] = []
    /// The name of the last node: what the result is called.
    var output: String

    /// All names whose values it reads.
    var sources: [String] {
        node.inputs + additions
    }

    /// The names of the values that are added to the node's result, in order.
    var additions: [String] {
        operations.compactMap { if case .add(let name) = $0 { name } else { nil } }
    }
}

extension Network {
    /// The nodes in order, BatchNorm, activation and addition joined to the convolution or dense layer before
    /// them.
    ///
    /// A node whose output is asked for, or that has several consumers, is never hidden inside another.
    ///
    /// - Parameter mayJoin: whether a node may be joined to what stands before it, where a primitive can
    ///   compute both.
    func fused(
        keeping outputs: Set<String>, where mayJoin: (FusedNode, Node) -> Bool = { _, _ in true }
    ) -> [FusedNode] {
        let consumers = consumers
        var hidden = Set<Int>()
        var computed = Set<String>()
        var result: [FusedNode] = []
        for (position, node) in nodes.enumerated() where !hidden.contains(position) {
            var fused = FusedNode(node: node, output: node.name)
            var last = position
            while node.operation.canFuse, !outputs.contains(nodes[last].name), consumers[last].count == 1 {
                let next = consumers[last][0]
                // What is repeated along an axis is not added in passing.
                let isAlike = inputShapes(of: nodes[next]).allSatisfy { $0 == shapes[next] }
                guard isAlike, mayJoin(fused, nodes[next]),
                    fused.absorb(nodes[next], available: computed)
                else { break }
                hidden.insert(next)
                last = next
            }
            computed.insert(fused.output)
            result.append(fused)
        }
        return result
    }

    /// Whether a plan in floating point for `outputs` has at some time the value of each of these nodes in
    /// memory, as a plan for them alone would give it.
    package func stores(_ names: [String], for outputs: [String]) -> Bool {
        let stored = Set(fused(keeping: Set(outputs)).filter { !$0.node.inputs.isEmpty }.map(\.output))
        // What is pooled globally is stored in a finer type.
        let pooled = nodes.filter { $0.operation == .globalAveragePooling }.flatMap(\.inputs)
        return stored.subtracting(pooled).isSuperset(of: names)
    }
}

extension FusedNode {
    /// Whether a training plan can compute `next` together with this: a convolution knows the way back
    /// through one activation at its end, where that is told from the result.
    func mayTakeInForTraining(_ next: Node) -> Bool {
        if case .activation(let activation) = next.operation, !activation.gradientNeedsResultOnly {
            return false
        }
        guard case .convolution = node.operation else { return false }
        if case .activation? = operations.last { return false }
        return true
    }

    /// Takes in the only consumer of this node's result, if a primitive can compute both.
    fileprivate mutating func absorb(_ next: Node, available: Set<String>) -> Bool {
        switch next.operation {
        case .batchNormalization:
            guard case .convolution = node.operation, normalization == nil, operations.isEmpty else {
                return false
            }
            normalization = next
        case .activation(let activation):
            operations.append(.activation(activation))
        case .add:
            let others = next.inputs.filter { $0 != output }
            guard others.count == 1, available.contains(others[0]) else { return false }
            operations.append(.add(others[0]))
        case .input, .convolution, .concatenate, .pooling, .globalAveragePooling, .adaptiveAveragePooling,
            .localResponseNormalization, .flatten, .dropout, .dense, .softmax, .multiply, .parameter:
            return false
        }
        output = next.name
        return true
    }
}

extension NetworkOperation {
    fileprivate var canFuse: Bool {
        switch self {
        case .convolution, .dense: true
        case .input, .batchNormalization, .activation, .add, .concatenate, .pooling, .globalAveragePooling,
            .adaptiveAveragePooling, .localResponseNormalization, .flatten, .dropout, .softmax, .multiply,
            .parameter:
            false
        }
    }
}
