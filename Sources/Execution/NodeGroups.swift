internal import GraftNetworks

/// Values that one grid must serve: what goes into and comes out of an operation that only picks or joins
/// numbers.
struct NodeGroups {
    private var parents: [String: String] = [:]

    /// All names.
    var names: [String] { Array(parents.keys) }

    init(_ nodes: [FusedNode]) {
        for node in nodes { parents[node.output] = node.output }
        for fused in nodes where fused.node.operation.eightBits.form == .sharesGrid {
            for source in fused.node.inputs { join(source, fused.output) }
        }
    }

    /// The value that stands for all of a group.
    func root(of name: String) -> String {
        var name = name
        while let parent = parents[name], parent != name { name = parent }
        return name
    }

    /// All values that share a grid with any of these.
    func members(with names: Set<String>) -> Set<String> {
        let roots = Set(names.map(root))
        return Set(parents.keys.filter { roots.contains(root(of: $0)) })
    }

    private mutating func join(_ first: String, _ second: String) {
        parents[root(of: first)] = root(of: second)
    }
}
