extension HDF5Layout {
    /// Where the parts of a group are.
    struct GroupPlaces {
        let header: Int
        let tree: Int
        let names: Int
    }

    /// A child of a tree node: its place, and where the last name in it is in the heap of names.
    private struct Child {
        let place: Int
        let lastName: Int
    }

    /// How many symbols a node of a symbol table, and children a node of a tree, have room for; the library's
    /// own numbers. The superblock says half of each.
    static let symbolsPerNode = 8
    static let childrenPerNode = 32

    /// Adds a group with all that it holds.
    mutating func add(_ group: HDF5Group, path: String) throws(WeightFileError) -> GroupPlaces {
        try check(group.members.map(\.name), path)
        var headers: [(name: [UInt8], place: Int)] = []
        for (name, member) in group.members {
            let inner = path.isEmpty ? name : "\(path)/\(name)"
            let place: Int
            switch member {
            case .group(let group): place = try add(group, path: inner).header
            case .dataset(let elements): place = try add(elements, path: inner)
            }
            headers.append((Array(name.utf8), place))
        }
        // The tree is searched by bytes.
        headers.sort { $0.name.lexicographicallyPrecedes($1.name) }
        let (names, offsets) = addNames(headers.map(\.name))
        let nodes = addSymbols(Array(zip(offsets, headers.map(\.place))))
        let tree = addTree(nodes)
        var table = ByteWriter()
        table.add(tree, width: 8)
        table.add(names, width: 8)
        var header = HDF5Header(named(path))
        try header.add(.symbolTable, table.bytes)
        try addAttributes(group.attributes, to: &header)
        return GroupPlaces(header: try add(header), tree: tree, names: names)
    }

    /// Refuses names that a path cannot have, that the reader does not read, or that occur twice.
    private func check(_ names: [String], _ path: String) throws(WeightFileError) {
        var seen: Set<String> = []
        for name in names {
            guard !name.isEmpty, name != ".", !name.utf8.contains(0), !name.utf8.contains(UInt8(ascii: "/"))
            else {
                throw .unwritable(
                    named(path), "cannot have a member named \"\(name)\"",
                    expected: "a name without \"/\" and zero bytes, which is not \".\"")
            }
            guard name.utf8.count <= HDF5NameHeap.nameLimit else {
                throw .unwritable(
                    named(path), "has a member whose name has \(name.utf8.count) bytes",
                    expected: "at most \(HDF5NameHeap.nameLimit)")
            }
            guard seen.insert(name).inserted else {
                throw .unwritable(named(path), "has two members named \(name)")
            }
        }
    }

    /// Adds a local heap; gives its place, and where each name is in it.
    private mutating func addNames(_ names: [[UInt8]]) -> (place: Int, offsets: [Int]) {
        // The empty name comes first: it is what the tree begins with.
        var content = ByteWriter()
        content.addZeros(8)
        let offsets = names.map { name in
            defer {
                content.add(name)
                content.addZeros(1)
                content.align(to: 8)
            }
            return content.count
        }
        var heap = ByteWriter()
        heap.add(HDF5Signature.nameHeap.bytes)
        heap.addZeros(4)
        heap.add(content.count, width: 8)
        // A list of free blocks that begins at 1 is empty.
        heap.add(1, width: 8)
        heap.add(head.count + heap.count + 8, width: 8)
        heap.add(content.bytes)
        return (append(heap.bytes), offsets)
    }

    /// Adds the nodes of a symbol table, each as long as a full one.
    private mutating func addSymbols(_ symbols: [(name: Int, place: Int)]) -> [Child] {
        stride(from: 0, to: symbols.count, by: HDF5Layout.symbolsPerNode).map { start in
            let part = symbols[start..<min(start + HDF5Layout.symbolsPerNode, symbols.count)]
            var node = ByteWriter()
            node.add(HDF5Signature.symbolTable.bytes)
            node.add([1, 0])
            node.add(part.count, width: 2)
            for symbol in part {
                node.add(symbol.name, width: 8)
                node.add(symbol.place, width: 8)
                // Nothing more is said here about the object.
                node.addZeros(24)
            }
            node.addZeros(40 * (HDF5Layout.symbolsPerNode - part.count))
            return Child(place: append(node.bytes), lastName: part.last?.name ?? 0)
        }
    }

    /// Adds a tree above these nodes and says where its root is.
    private mutating func addTree(_ leaves: [Child]) -> Int {
        var children = leaves
        var level = 0
        repeat {
            children = addTreeLevel(children, level)
            level += 1
        } while children.count > 1
        return children[0].place
    }

    /// Adds the tree nodes of one level, each as long as a full one; at least one.
    private mutating func addTreeLevel(_ children: [Child], _ level: Int) -> [Child] {
        let size = 24 + 8 * (2 * HDF5Layout.childrenPerNode + 1)
        let first = head.count
        let count = max((children.count - 1) / HDF5Layout.childrenPerNode + 1, 1)
        var lastName = 0
        return (0..<count).map { index in
            let part = children.dropFirst(index * HDF5Layout.childrenPerNode)
                .prefix(HDF5Layout.childrenPerNode)
            var node = ByteWriter()
            node.add(HDF5Signature.tree.bytes)
            node.add([0, UInt8(level)])
            node.add(part.count, width: 2)
            // The nodes of a level lie one behind the other.
            for neighbour in [index - 1, index + 1] {
                node.add(
                    (0..<count).contains(neighbour)
                        ? ByteWriter.encoded(first + neighbour * size, width: 8) : HDF5Layout.nowhere)
            }
            // Names in a child are greater than the key before it and not greater than the one behind it.
            node.add(lastName, width: 8)
            for child in part {
                node.add(child.place, width: 8)
                node.add(child.lastName, width: 8)
                lastName = child.lastName
            }
            node.addZeros(size - node.count)
            return Child(place: append(node.bytes), lastName: lastName)
        }
    }
}
