internal import GraftFiles

/// A named value of an object.
struct HDF5Attribute {
    /// Its name.
    let name: String
    private let file: HDF5File
    private let datatype: HDF5Datatype
    private let extents: [Int]
    private let data: HDF5Cursor

    /// Reads an attribute message.
    init(_ message: HDF5Object.Message, _ file: HDF5File) throws(WeightFileError) {
        guard !message.isShared else {
            throw .unsupportedHDF5(file.region.subject, "attributes that objects share")
        }
        var cursor = message.content
        let version = try cursor.integer(1)
        guard (1...3).contains(version) else { throw cursor.damaged("is an attribute of version \(version)") }
        let flags = try cursor.integer(1)
        guard version == 1 || flags & 3 == 0 else {
            throw .unsupportedHDF5(file.region.subject, "attributes of a shared type")
        }
        let sizes = (try cursor.integer(2), try cursor.integer(2), try cursor.integer(2))
        if version == 3 { try cursor.advance(by: 1) }
        // Version 1 fills each part up to a multiple of eight bytes.
        func padded(_ size: Int) -> Int { version == 1 ? (size + 7) / 8 * 8 : size }
        name = try cursor.text(sizes.0)
        try cursor.advance(by: padded(sizes.0) - sizes.0)
        var type = try cursor.part(padded(sizes.1), "an attribute's type")
        datatype = try HDF5Datatype(&type)
        var space = try cursor.part(padded(sizes.2), "an attribute's dataspace")
        extents = try HDF5Dataspace.read(&space)
        data = cursor
        self.file = file
    }

    /// The texts that the attribute holds, in row-major order; `nil` where it holds something else.
    ///
    /// An attribute without elements holds no texts, whatever its type: h5py gives an empty list the type of
    /// a number.
    func texts() throws(WeightFileError) -> [String]? {
        if extents.contains(0) { return [] }
        var cursor = data
        var count = 1
        for extent in extents {
            guard let product = count.multiplied(checked: extent), product <= cursor.remaining else {
                throw cursor.damaged("says that \(name) has more elements than it has bytes")
            }
            count = product
        }
        var texts: [String] = []
        switch datatype.kind {
        case .text:
            for _ in 0..<count { texts.append(try cursor.text(datatype.size)) }
        case .variableText:
            for _ in 0..<count {
                let length = try cursor.integer(4)
                let place = try cursor.address()
                let index = try cursor.integer(4)
                texts.append(try file.text(length: length, place, index, of: name))
            }
        default: return nil
        }
        return texts
    }
}

extension HDF5Object {
    /// The attributes.
    func attributes() throws(WeightFileError) -> [HDF5Attribute] {
        if var information = try content(.attributeInfo) {
            try information.advance(by: 1)
            if try information.integer(1) & 1 != 0 { try information.advance(by: 2) }
            if try information.address() != nil {
                throw .unsupportedHDF5(file.region.subject, "attributes in a fractal heap")
            }
        }
        var attributes: [HDF5Attribute] = []
        for message in all(.attribute) { attributes.append(try HDF5Attribute(message, file)) }
        return attributes
    }

    /// The texts of the attribute named `name`, which Keras splits into `name0`, `name1`, ... where it is
    /// long; `nil` where there is no such attribute.
    ///
    /// - Parameter subject: What an error calls the object.
    func texts(_ name: String, of subject: String) throws(WeightFileError) -> [String]? {
        // The first of a name counts.
        let attributes = Dictionary(try attributes().map { ($0.name, $0) }) { first, _ in first }
        func read(_ attribute: HDF5Attribute) throws(WeightFileError) -> [String] {
            guard let texts = try attribute.texts() else {
                throw .damaged(
                    subject, "has an attribute \(attribute.name) that is no list of texts",
                    expected: "texts, as Keras writes it")
            }
            return texts
        }
        if let whole = attributes[name] { return try read(whole) }
        var texts: [String]?
        var number = 0
        while let part = attributes["\(name)\(number)"] {
            texts = texts ?? []
            texts?.append(contentsOf: try read(part))
            number += 1
        }
        return texts
    }
}
