internal import GraftFiles
internal import GraftTensors

/// NumPy's `.npy` files that hold a pickled dictionary of arrays, as `vgg16.npy` does.
///
/// A header (`{'descr': '|O', 'fortran_order': False, 'shape': ()}`), then a pickle of an array of one
/// object: layer name to [weights, biases], or to a dictionary of arrays (`numpy/lib/format.py`).
enum NumPyFile {
    /// The first bytes of every file of the format.
    static let signature: [UInt8] = [0x93] + Array("NUMPY".utf8)

    /// Reads the tensors; those without gaps are parts of the mapped file.
    static func read(_ file: MappedFile) throws(WeightFileError) -> NamedTensors {
        var reader = ByteReader(file)
        try checkHeader(&reader)
        let (root, heap) = try Unpickler.unpickle(&reader, .numPy)
        guard reader.remaining == 0 else {
            throw .damaged(file.path, "has \(reader.remaining) bytes after its pickle", expected: "none")
        }
        guard let elements = heap.list(root), elements.count == 1, let layers = heap.dictionary(elements[0])
        else {
            throw withoutNames(file.path, "holds no dictionary of arrays")
        }
        var collector = NumPyCollector(file, heap)
        try collector.collect(layers)
        guard collector.tensors.count > 0 else { throw withoutNames(file.path, "holds no named arrays") }
        return collector.tensors
    }

    /// The version, the length of the header, and the header, which must be that of a single object.
    private static func checkHeader(_ reader: inout ByteReader) throws(WeightFileError) {
        let path = reader.subject
        try reader.advance(by: signature.count)
        let version = try reader.byte()
        _ = try reader.byte()
        guard (1...3).contains(version) else {
            throw .damaged(path, "is a NumPy file of version \(version)", expected: "version 1 to 3")
        }
        let length =
            version == 1 ? Int(try reader.integer(UInt16.self)) : Int(try reader.integer(UInt32.self))
        let header = try reader.text(length)
        guard let type = value(of: "descr", in: header), let shape = value(of: "shape", in: header) else {
            throw .damaged(path, "has a NumPy header without a type or shape")
        }
        guard type.hasPrefix("'|O") else {
            throw withoutNames(path, "holds one array without a name, of type \(type) and shape \(shape)")
        }
        guard shape == "()" else { throw withoutNames(path, "holds an array of objects of shape \(shape)") }
    }

    /// What stands after a key of the header, up to the comma that ends it.
    private static func value(of key: String, in header: String) -> String? {
        guard let start = header.firstRange(of: "'\(key)':")?.upperBound else { return nil }
        let rest = header[start...].drop { $0 == " " }
        guard rest.first == "(" else { return String(rest.prefix { $0 != "," && $0 != "}" }) }
        return rest.firstIndex(of: ")").map { String(rest[...$0]) }
    }

    private static func withoutNames(_ path: String, _ found: String) -> WeightFileError {
        WeightFileError(
            .empty,
            Problem(
                path, found: found, expected: "a pickled dictionary: layer name to [weights, biases]",
                remedy: "Save it again, in Python: numpy.save(path, {name: [weights, biases]})"))
    }
}
