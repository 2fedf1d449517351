internal import GraftTensors

extension HDF5Layout {
    /// Adds attributes to the header of their object.
    mutating func addAttributes(
        _ attributes: [(name: String, value: HDF5Value)], to header: inout HDF5Header
    ) throws(WeightFileError) {
        var seen: Set<String> = []
        for (name, value) in attributes {
            guard !name.isEmpty, !name.utf8.contains(0) else {
                throw .unwritable(
                    header.subject, "cannot have an attribute named \"\(name)\"",
                    expected: "a name without zero bytes")
            }
            guard seen.insert(name).inserted else {
                throw .unwritable(header.subject, "has two attributes named \(name)")
            }
            try add(name, value, to: &header)
        }
    }

    /// Adds one attribute.
    private mutating func add(
        _ name: String, _ value: HDF5Value, to header: inout HDF5Header
    ) throws(WeightFileError) {
        let subject = "\(header.subject): \(name)"
        switch value {
        case .integer(let number):
            let data = ByteWriter.encoded(bits: UInt64(bitPattern: number), width: 8)
            try add(name, HDF5Datatype.message(.int64) ?? [], [], data, to: &header)
        case .float(let number):
            let data = ByteWriter.encoded(bits: UInt64(number.bitPattern), width: 4)
            try add(name, HDF5Datatype.message(.float32) ?? [], [], data, to: &header)
        case .fixedText(let text):
            // No type has elements without bytes.
            let data = text.isEmpty ? [0] : try bytes(of: text, subject)
            try add(name, HDF5Datatype.fixedText(size: data.count), [], data, to: &header)
        case .text(let text):
            try add(name, [text], extents: [], subject, to: &header)
        case .texts(let texts):
            try add(name, texts, extents: [texts.count], subject, to: &header)
        }
    }

    /// Adds texts of variable length: for each its length, and its collection and index in the global heap.
    private mutating func add(
        _ name: String, _ texts: [String], extents: [Int], _ subject: String, to header: inout HDF5Header
    ) throws(WeightFileError) {
        var data = ByteWriter()
        var fields: [(offset: Int, collection: Int)] = []
        for text in texts {
            let content = try bytes(of: text, subject)
            data.add(content.count, width: 4)
            // An empty text is nowhere: address 0, index 0.
            let place = content.isEmpty ? nil : keep(content)
            if let place { fields.append((data.count, place.collection)) }
            data.addZeros(8)
            data.add(place?.index ?? 0, width: 4)
        }
        let start = try add(name, HDF5Datatype.variableText, extents, data.bytes, to: &header)
        header.textFields += fields.map { (start + $0.offset, $0.collection) }
    }

    /// Adds an attribute message of version 1; gives where its data starts, from the header's start.
    @discardableResult
    private func add(
        _ name: String, _ type: [UInt8], _ extents: [Int], _ data: [UInt8], to header: inout HDF5Header
    ) throws(WeightFileError) -> Int {
        let space = HDF5Dataspace.message(extents)
        let nameSize = name.utf8.count + 1
        guard nameSize <= 0xffff else {
            throw .unwritable(
                header.subject, "has an attribute whose name has \(nameSize - 1) bytes",
                expected: "at most \(0xfffe)")
        }
        var message = ByteWriter()
        message.add([1, 0])
        for size in [nameSize, type.count, space.count] { message.add(size, width: 2) }
        message.add(name.utf8)
        message.addZeros(1)
        message.align(to: 8)
        message.add(type)
        message.align(to: 8)
        message.add(space)
        let start = message.count
        message.add(data)
        return start + (try header.add(.attribute, message.bytes))
    }

    /// The bytes of a text that ends at the first zero byte.
    private func bytes(of text: String, _ subject: String) throws(WeightFileError) -> [UInt8] {
        guard !text.utf8.contains(0) else { throw .unwritable(subject, "has a text with a zero byte") }
        guard text.utf8.count <= 0xffff_ffff else {
            throw .unwritable(
                subject, "has a text of \(text.utf8.count) bytes", expected: "less than 4 GiB")
        }
        return Array(text.utf8)
    }
}
