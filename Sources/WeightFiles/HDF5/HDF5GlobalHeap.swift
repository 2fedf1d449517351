extension HDF5File {
    /// The text of `length` bytes that object `index` of the global heap at `place` begins with.
    func text(
        length: Int, _ place: Int?, _ index: Int, of name: String
    ) throws(WeightFileError) -> String {
        guard length > 0 else { return "" }
        guard let place, let range = try objects(at: place)[index], length <= range.count else {
            throw .damaged(region.subject, "has an attribute \(name) whose text is not in its heap")
        }
        try step()
        try budget.take(length, for: "\(region.subject): \(name)")
        let bytes = region.bytes(range.lowerBound..<(range.lowerBound + length))
        guard let text = String(validating: bytes.prefix { $0 != 0 }, as: UTF8.self) else {
            throw .damaged(region.subject, "has an attribute \(name) that is not UTF-8")
        }
        return text
    }

    /// Where the objects of a collection of the global heap are, by index.
    private func objects(at place: Int) throws(WeightFileError) -> [Int: Range<Int>] {
        if let known = heaps[place] { return known }
        var header = try HDF5Cursor(region, at: place, format, "a global heap")
        try header.signature(.globalHeap)
        try header.advance(by: 4)
        let size = try header.length()
        guard size <= region.count - place, size >= header.position - place else {
            throw header.damaged("lies outside of the file")
        }
        var cursor = try HDF5Cursor(region, at: header.position, end: place + size, format, "a global heap")
        var objects: [Int: Range<Int>] = [:]
        while cursor.remaining >= 8 + format.lengthWidth {
            try step()
            let index = try cursor.integer(2)
            try cursor.advance(by: 6)
            let length = try cursor.length()
            // Object 0 is the free space up to the end.
            if index == 0 { break }
            let start = try cursor.advance(by: length)
            objects[index] = start..<(start + length)
            // Objects start on multiples of eight bytes.
            try cursor.advance(by: min((8 - length % 8) % 8, cursor.remaining))
        }
        heaps[place] = objects
        return objects
    }
}
