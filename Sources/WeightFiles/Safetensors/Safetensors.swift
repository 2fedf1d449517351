package import GraftFiles
internal import GraftTensors

/// The safetensors format: 8 bytes with the length of a JSON header, the header, then the bytes of all
/// tensors.
///
/// The header maps a name to `{"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}`; `__metadata__`
/// maps texts to texts. The tensors fill the rest of the file without gap or overlap
/// (https://huggingface.co/docs/safetensors).
package enum Safetensors {
    static let metadataKey = "__metadata__"
    /// The reference implementation's limit, in bytes.
    static let headerLimit = 100_000_000
    /// Reads the tensors, each a part of the mapped file.
    package static func read(_ file: MappedFile) throws(WeightFileError) -> NamedTensors {
        let (header, dataStart) = try header(of: file)
        var tensors = NamedTensors()
        var ranges: [(range: Range<Int>, name: String)] = []
        for member in header {
            if member.key == metadataKey {
                tensors.metadata = try metadata(member.value, file.path)
                continue
            }
            let subject = "\(file.path): \(member.key)"
            let (elementType, shape, range) = try description(member.value, subject)
            guard range.upperBound <= file.count - dataStart else {
                throw .damaged(
                    subject, "ends at byte \(range.upperBound) of the data",
                    expected: "at most \(file.count - dataStart), where the file ends")
            }
            guard range.count == shape.elementCount * elementType.byteCount else {
                throw .damaged(
                    subject, "has \(range.count) bytes",
                    expected:
                        "\(shape.elementCount * elementType.byteCount) for \(elementType) of shape \(shape)")
            }
            ranges.append((range, member.key))
            let tensor = Tensor(
                file, offset: dataStart + range.lowerBound, shape: shape, elementType: elementType)
            guard tensors.append(tensor, named: member.key) else {
                throw .damaged(file.path, "has two tensors named \(member.key)")
            }
        }
        try checkCoverage(ranges, file, dataStart)
        return tensors
    }

    private static func header(
        of file: MappedFile
    ) throws(WeightFileError) -> (members: [JSONValue.Member], dataStart: Int) {
        var reader = ByteReader(file)
        let length = try reader.integer(UInt64.self)
        guard length <= headerLimit else {
            throw .damaged(
                file.path, "has a header of \(length) bytes", expected: "at most \(headerLimit)")
        }
        let bytes = try reader.bytes(Int(length))
        let value: JSONValue
        do throws(JSONParser.Failure) {
            value = try JSONParser.parse(bytes)
        } catch {
            throw .damaged(file.path, "has a header that \(error.found) at byte \(error.position)")
        }
        guard bytes.first == UInt8(ascii: "{"), case .object(let members) = value else {
            throw .damaged(file.path, "has a header that is no JSON object")
        }
        return (members, reader.position)
    }

    private static func metadata(
        _ value: JSONValue, _ path: String
    ) throws(WeightFileError) -> [String: String] {
        var metadata: [String: String] = [:]
        guard case .object(let members) = value else {
            throw .damaged(path, "has \(metadataKey) that is no object")
        }
        for member in members {
            guard case .text(let text) = member.value else {
                throw .damaged(path, "has \(metadataKey) with \(member.key) that is no text")
            }
            metadata[member.key] = text
        }
        return metadata
    }

    private static func description(
        _ value: JSONValue, _ subject: String
    ) throws(WeightFileError) -> (ElementType, Shape, Range<Int>) {
        guard case .object(let members) = value else {
            throw .damaged(subject, "is not described by an object")
        }
        let fields = Dictionary(uniqueKeysWithValues: members.map { ($0.key, $0.value) })
        guard case .text(let typeName) = fields["dtype"] else { throw .damaged(subject, "has no dtype") }
        guard let elementType = ElementType.allCases.first(where: { name(of: $0) == typeName }) else {
            throw .unsupportedElementType(subject, typeName)
        }
        guard let extents = integers(fields["shape"]), let shape = Shape(ofFile: extents, elementType) else {
            throw .damaged(subject, "has no possible shape")
        }
        guard let offsets = integers(fields["data_offsets"]), offsets.count == 2, offsets[0] >= 0,
            offsets[0] <= offsets[1]
        else { throw .damaged(subject, "has no possible data_offsets") }
        guard fields.count == 3 else {
            throw .damaged(subject, "has unknown keys", expected: "dtype, shape and data_offsets")
        }
        return (elementType, shape, offsets[0]..<offsets[1])
    }

    private static func integers(_ value: JSONValue?) -> [Int]? {
        guard case .array(let elements) = value else { return nil }
        var integers: [Int] = []
        for element in elements {
            guard case .integer(let integer) = element else { return nil }
            integers.append(integer)
        }
        return integers
    }

    /// Every byte of the data must belong to one tensor.
    private static func checkCoverage(
        _ ranges: [(range: Range<Int>, name: String)], _ file: MappedFile, _ dataStart: Int
    ) throws(WeightFileError) {
        var end = 0
        var before = "the header"
        let sorted = ranges.sorted {
            ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
        }
        for (range, name) in sorted {
            guard range.lowerBound == end else {
                throw .damaged(
                    "\(file.path): \(name)",
                    range.lowerBound < end ? "overlaps \(before)" : "leaves a gap after \(before)")
            }
            end = range.upperBound
            before = name
        }
        guard dataStart + end == file.count else {
            throw .damaged(
                file.path, "has \(file.count - dataStart - end) bytes that belong to no tensor",
                expected: "none")
        }
    }
}
