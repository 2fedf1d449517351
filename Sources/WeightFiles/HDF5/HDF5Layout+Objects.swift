internal import GraftFiles
internal import GraftTensors

extension HDF5Layout {
    /// Adds a dataset's header and says where it is.
    mutating func add(_ elements: HDF5Elements, path: String) throws(WeightFileError) -> Int {
        let subject = named(path)
        let extents = elements.shape.dimensions
        guard let type = HDF5Datatype.message(elements.elementType) else {
            throw .unwritable(
                subject,
                "has elements of type \(elements.elementType), which HDF5 files of Graft do not have",
                expected: "floats of 16, 32 or 64 bits, or integers",
                remedy: "Convert it to one of these types")
        }
        guard extents.count <= HDF5Dataspace.rankLimit else {
            throw .unwritable(
                subject, "has \(extents.count) axes", expected: "at most \(HDF5Dataspace.rankLimit)")
        }
        guard let byteCount = elements.shape.elementCount.multiplied(checked: elements.elementType.byteCount)
        else { throw .unwritable(subject, "has more bytes than a file can have") }
        var header = HDF5Header(subject)
        try header.add(.dataspace, HDF5Dataspace.message(extents))
        try header.add(.datatype, type, isConstant: true)
        // Version 2; room is taken late, no value is written in advance, and the value is the usual one:
        // zero.
        try header.add(.fillValue, [2, 2, 2, 1, 0, 0, 0, 0], isConstant: true)
        // Version 3, in one run; its address follows later.
        let layout = try header.add(
            .layout, [3, 1] + HDF5Layout.nowhere + ByteWriter.encoded(byteCount, width: 8))
        try addAttributes(elements.attributes, to: &header)
        let place = try add(header)
        keep(elements, byteCount: byteCount, field: place + layout + 2, path: path)
        return place
    }
}
