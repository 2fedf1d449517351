internal import GraftFiles

/// One file of unsigned bytes in the IDX format, as described with MNIST: two zeros, the type 8, the number
/// of axes, each extent as a big-endian 32-bit number, then the values, row-major.
struct IDXFile {
    let extents: [Int]
    /// The whole file, decompressed.
    let bytes: [UInt8]
    /// Where the values start.
    let offset: Int

    var data: ArraySlice<UInt8> { bytes[offset...] }

    /// The most bytes a file may decompress to: 1 GiB, twenty times Fashion-MNIST.
    static let sizeLimit = 1 << 30

    /// Reads the file at `path`.
    ///
    /// - Throws: ``DatasetError`` where it cannot be read, is not such a file, or has not the size it claims.
    init(_ path: String, axisCount: Int) throws(DatasetError) {
        let whole: [UInt8]
        do throws(FileError) {
            let stored = try FileContents.read(path)
            whole =
                Gzip.isCompressed(stored)
                ? try Gzip.decompress(stored, name: path, limit: Self.sizeLimit) : stored
        } catch {
            throw DatasetError(error)
        }
        func fail(_ found: String, expected: String? = nil) -> DatasetError {
            DatasetError(
                .badRecords,
                Problem(path, found: found, expected: expected, remedy: "Copy or download it again"))
        }
        let header = 4 + 4 * axisCount
        guard whole.count >= header else { throw fail("is cut short within its header") }
        guard whole.starts(with: [0, 0, 8, UInt8(axisCount)]) else {
            throw fail("is no IDX file of bytes with \(axisCount == 1 ? "1 axis" : "\(axisCount) axes")")
        }
        extents = (0..<axisCount).map { axis in
            whole[(4 + 4 * axis)..<(8 + 4 * axis)].reduce(0) { $0 << 8 | Int($1) }
        }
        guard extents.dropFirst().allSatisfy({ (1...4096).contains($0) }) else {
            throw fail(
                "claims pictures of \(extents.dropFirst().map(String.init).joined(separator: " x ")) pixels")
        }
        // At most 2³² x 2¹² x 2¹²: no overflow.
        let claimed = extents.reduce(1, *)
        guard whole.count - header == claimed else {
            throw fail("holds \(whole.count - header) values", expected: "\(claimed), as its header says")
        }
        bytes = whole
        offset = header
    }
}
