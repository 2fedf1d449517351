internal import GraftTensors

/// The elements of a dataset.
struct HDF5Dataset {
    /// Where the elements are.
    enum Layout {
        /// In the object header.
        case compact(HDF5Cursor)
        /// In one run; without a place where nothing was ever written.
        case contiguous(place: Int?, length: Int)
        /// In blocks of one shape that a tree leads to; the last of the extents is the size of an element.
        case chunked(tree: Int?, extents: [Int])
    }

    let file: HDF5File
    /// What errors call it.
    let subject: String
    let datatype: HDF5Datatype
    let extents: [Int]
    private let layout: Layout
    private let filters: [HDF5Filter]

    /// Reads what describes a dataset.
    init(_ object: HDF5Object, subject: String) throws(WeightFileError) {
        file = object.file
        self.subject = subject
        guard var type = try object.content(.datatype), var space = try object.content(.dataspace),
            let layout = try object.content(.layout)
        else {
            throw .damaged(
                subject, object.isGroup ? "is a group" : "lacks a type, a shape or a place",
                expected: "a dataset")
        }
        datatype = try HDF5Datatype(&type)
        extents = try HDF5Dataspace.read(&space)
        self.layout = try HDF5Dataset.layout(layout, subject)
        filters = try HDF5Filter.read(object.content(.filters), subject)
    }

    private static func layout(_ message: HDF5Cursor, _ subject: String) throws(WeightFileError) -> Layout {
        var cursor = message
        let version = try cursor.integer(1)
        guard (1...4).contains(version) else { throw cursor.damaged("is a layout of version \(version)") }
        if version < 3 { return try oldLayout(&cursor, subject) }
        switch try cursor.integer(1) {
        case 0: return .compact(try cursor.part(try cursor.integer(2), "a dataset"))
        case 1:
            let place = try cursor.address()
            return .contiguous(place: place, length: try cursor.length())
        case 2 where version == 3:
            let rank = try cursor.integer(1)
            let tree = try cursor.address()
            return .chunked(tree: tree, extents: try sizes(&cursor, rank))
        default:
            throw .unsupportedHDF5(subject, "chunks indexed in a newer way, or a virtual layout")
        }
    }

    /// Versions 1 and 2: rank, class, five reserved bytes, an address, extents of four bytes.
    private static func oldLayout(_ cursor: inout HDF5Cursor, _ subject: String) throws(WeightFileError)
        -> Layout
    {
        let rank = try cursor.integer(1)
        let kind = try cursor.integer(1)
        try cursor.advance(by: 5)
        let place = kind == 0 ? nil : try cursor.address()
        let extents = try sizes(&cursor, rank)
        switch kind {
        case 0: return .compact(try cursor.part(try cursor.integer(4), "a dataset"))
        // The run is as long as the type and shape say.
        case 1: return .contiguous(place: place, length: .max)
        case 2: return .chunked(tree: place, extents: extents + [try cursor.integer(4)])
        default: throw cursor.damaged("is a layout of class \(kind)")
        }
    }

    private static func sizes(_ cursor: inout HDF5Cursor, _ rank: Int) throws(WeightFileError) -> [Int] {
        guard rank <= 33 else { throw cursor.damaged("has \(rank) axes") }
        var sizes: [Int] = []
        for _ in 0..<rank { sizes.append(try cursor.integer(4)) }
        return sizes
    }

    /// The elements; those without gaps, filters and foreign order of bytes are part of the mapped file.
    ///
    /// - Parameter opaquePair: What elements of two bytes without a meaning are taken for.
    func tensor(opaquePair: ElementType? = nil) throws(WeightFileError) -> Tensor {
        let (elementType, isBigEndian) = try elementType(opaquePair)
        guard let shape = Shape(ofFile: extents, elementType) else {
            throw .damaged(subject, "has the impossible shape \(extents)")
        }
        let byteCount = shape.elementCount * elementType.byteCount
        guard byteCount > 0 else { return Tensor(zeros: shape, elementType: elementType) }
        // Many datasets may share the same bytes.
        if !file.region.isMapped { try file.budget.take(byteCount, for: subject) }
        let tensor: Tensor
        switch layout {
        case .compact(let data):
            try check(data.remaining, byteCount)
            tensor = file.region.tensor(at: data.position, shape: shape, elementType: elementType)
        case .contiguous(let place, let length):
            guard let place else {
                throw .damaged(subject, "was never written", expected: "\(byteCount) bytes")
            }
            try check(length, byteCount)
            guard byteCount <= file.region.count - place else {
                throw .damaged(
                    subject, "has \(byteCount) bytes from byte \(place)",
                    expected: "at most \(file.region.count - place), where the file ends")
            }
            tensor = file.region.tensor(at: place, shape: shape, elementType: elementType)
        case .chunked(let tree, let chunk):
            guard let tree else {
                throw .damaged(subject, "was never written", expected: "\(byteCount) bytes")
            }
            guard chunk.count == extents.count + 1, chunk.last == elementType.byteCount, !chunk.contains(0)
            else {
                throw .damaged(subject, "has chunks of shape \(chunk)", expected: "one that fits \(shape)")
            }
            try file.budget.take(byteCount, for: subject)
            let chunks = HDF5Chunks(
                file: file, subject: subject, shape: shape, elementType: elementType,
                chunk: Array(chunk.dropLast()), filters: filters)
            tensor = try chunks.read(tree)
        }
        guard isBigEndian, elementType.byteCount > 1 else { return tensor }
        try file.budget.take(byteCount, for: subject)
        return tensor.byteSwapped()
    }

    private func elementType(_ opaquePair: ElementType?) throws(WeightFileError) -> (ElementType, Bool) {
        switch datatype.kind {
        case .number(let type, let isBigEndian): return (type, isBigEndian)
        case .opaquePair:
            if let opaquePair { return (opaquePair, false) }
            throw .unsupportedElementType(subject, "opaque")
        case .text, .variableText: throw .unsupportedElementType(subject, "text")
        case .other(let name): throw .unsupportedElementType(subject, name)
        }
    }

    private func check(_ found: Int, _ expected: Int) throws(WeightFileError) {
        guard found >= expected else {
            throw .damaged(subject, "has \(found) bytes", expected: "\(expected) as its type and shape say")
        }
        guard filters.isEmpty else { throw .damaged(subject, "has filters but no chunks") }
    }
}
