extension HDF5Object {
    /// Whether this is a group.
    var isGroup: Bool { messages.contains { [.symbolTable, .link, .linkInfo].contains($0.type) } }

    /// The places of the headers of what is in this group, by name; empty for a dataset.
    ///
    /// Links to other files and to paths are passed over; Keras writes none.
    func members() throws(WeightFileError) -> [String: Int] {
        var members: [String: Int] = [:]
        if var table = try content(.symbolTable) {
            let tree = try table.place()
            let heap = try table.place()
            try readTree(tree, names: HDF5NameHeap(file, at: heap), into: &members)
        }
        for message in all(.link) { try readLink(message.content, into: &members) }
        if var information = try content(.linkInfo) {
            try information.advance(by: 1)
            // The order of creation is kept where bit 0 is set.
            if try information.integer(1) & 1 != 0 { try information.advance(by: 8) }
            if try information.address() != nil {
                throw .unsupportedHDF5(file.region.subject, "a group with links in a fractal heap")
            }
        }
        return members
    }

    private func add(
        _ name: String, _ place: Int, to members: inout [String: Int]
    ) throws(WeightFileError) {
        guard members.updateValue(place, forKey: name) == nil else {
            throw .damaged(file.region.subject, "has a group with two members named \(name)")
        }
    }

    /// Walks a tree of version 1 whose leaves are nodes of a symbol table.
    private func readTree(
        _ root: Int, names: HDF5NameHeap, into members: inout [String: Int]
    ) throws(WeightFileError) {
        for child in try HDF5Tree.leaves(of: root, file, type: 0, keyLength: file.format.lengthWidth) {
            var node = try HDF5Cursor(file.region, at: child.place, file.format, "a symbol table")
            try node.signature(.symbolTable)
            try node.advance(by: 2)
            for _ in 0..<(try node.integer(2)) {
                try file.step()
                let name = try node.integer(file.format.addressWidth)
                let place = try node.address()
                let cache = try node.integer(4)
                try node.advance(by: 20)
                // A symbolic link has a path instead of a place.
                guard cache != 2, let place else { continue }
                try add(try names.name(at: name), place, to: &members)
            }
        }
    }

    private func readLink(
        _ message: HDF5Cursor, into members: inout [String: Int]
    ) throws(WeightFileError) {
        var message = message
        let version = try message.integer(1)
        guard version == 1 else { throw message.damaged("is a link of version \(version)") }
        let flags = try message.integer(1)
        let type = flags & 8 != 0 ? try message.integer(1) : 0
        if flags & 4 != 0 { try message.advance(by: 8) }
        if flags & 0x10 != 0 { try message.advance(by: 1) }
        let name = try message.text(try message.integer(1 << (flags & 3)))
        guard type == 0 else { return }
        try add(name, try message.place(), to: &members)
    }
}

/// A local heap: the names of a group's members.
struct HDF5NameHeap {
    /// No name of a layer or weight comes near this number of bytes.
    static let nameLimit = 4096

    private let names: HDF5Cursor

    /// Reads the heap's header at `place`.
    init(_ file: HDF5File, at place: Int) throws(WeightFileError) {
        var header = try HDF5Cursor(file.region, at: place, file.format, "a heap of names")
        try header.signature(.nameHeap)
        try header.advance(by: 4)
        let length = try header.length()
        // Where its free room starts.
        try header.advance(by: file.format.lengthWidth)
        let start = try header.place()
        guard length <= file.region.count - start else { throw header.damaged("lies outside of the file") }
        names = try HDF5Cursor(file.region, at: start, end: start + length, file.format, "a heap of names")
    }

    /// The name that starts at `offset`.
    func name(at offset: Int) throws(WeightFileError) -> String {
        var cursor = names
        try cursor.advance(by: offset)
        return try cursor.text(min(cursor.remaining, HDF5NameHeap.nameLimit))
    }
}

/// A tree of version 1, which groups and chunked datasets are indexed by.
enum HDF5Tree {
    /// One entry of a leaf: its key, and the place that it leads to.
    struct Leaf {
        let key: HDF5Cursor
        let place: Int
    }

    private static let depthLimit = 16

    /// All entries of the leaves, from left to right.
    static func leaves(
        of root: Int, _ file: HDF5File, type: Int, keyLength: Int
    ) throws(WeightFileError) -> [Leaf] {
        var leaves: [Leaf] = []
        var pending = [(place: root, level: Int?.none)]
        while let (place, level) = pending.popLast() {
            try file.step()
            var node = try HDF5Cursor(file.region, at: place, file.format, "a tree node")
            try node.signature(.tree)
            guard try node.integer(1) == type else { throw node.damaged("is of another type") }
            let found = try node.integer(1)
            // The level falls by one from parent to child: no tree leads back into itself.
            guard found == level ?? found, found < depthLimit else {
                throw node.damaged("is on level \(found) of its tree")
            }
            let count = try node.integer(2)
            try node.advance(by: 2 * file.format.addressWidth)
            var children: [Leaf] = []
            for _ in 0..<count {
                try file.step()
                let key = try node.part(keyLength, "a key of a tree node")
                children.append(Leaf(key: key, place: try node.place()))
            }
            if found == 0 {
                leaves += children
            } else {
                pending += children.reversed().map { ($0.place, found - 1) }
            }
        }
        return leaves
    }
}
