internal import GraftFiles

/// Things in groups: those that share something, and those that share something else with one of them.
struct DisjointGroups {
    /// What things may share.
    enum Key: Hashable {
        case content(SHA256Digest)
        case pixels(UInt64)
        case name(ExactText)
    }

    private var parents: [Int]
    private var known: [Key: Int] = [:]

    /// So many things, each alone.
    init(count: Int) { parents = Array(0..<count) }

    /// Puts a thing to the others with this key.
    mutating func join(_ index: Int, by key: Key) {
        if let other = known[key] {
            let (one, two) = (first(of: other), first(of: index))
            parents[max(one, two)] = min(one, two)
        } else {
            known[key] = index
        }
    }

    /// The first thing of the group of this one.
    mutating func first(of index: Int) -> Int {
        var index = index
        while parents[index] != index {
            parents[index] = parents[parents[index]]
            index = parents[index]
        }
        return index
    }

    /// The groups in the order of their first things, each in order.
    mutating func members() -> [[Int]] {
        var members: [Int: [Int]] = [:]
        for index in parents.indices { members[first(of: index), default: []].append(index) }
        return members.values.sorted { $0[0] < $1[0] }
    }
}
