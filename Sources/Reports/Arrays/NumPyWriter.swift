/// Makes the bytes of a NumPy file (.npy) that holds one float32 array of shape [rows, columns].
///
/// A file is the ``head`` and then ``bytes(ofRow:)`` for each row, so that the array is never in memory as a
/// whole. From the description of version 1.0 in NumPy's `numpy.lib.format`.
package struct NumPyWriter: Sendable {
    /// The number of rows.
    package let rows: Int
    /// The number of columns.
    package let columns: Int

    /// An array of this shape.
    ///
    /// - Precondition: `rows` and `columns` are not negative.
    package init(rows: Int, columns: Int) {
        precondition(rows >= 0 && columns >= 0, "A shape has no negative numbers.")
        self.rows = rows
        self.columns = columns
    }

    /// The start of the file: 128 bytes. NumPy wants a multiple of 64; the longest numbers still fit.
    package var head: [UInt8] {
        var header = Array("{'descr': '<f4', 'fortran_order': False, 'shape': (\(rows), \(columns)), }".utf8)
        // Before the header: six bytes of signature, two of the version, two of the header's length.
        let start = 10
        header += [UInt8](repeating: UInt8(ascii: " "), count: 128 - start - header.count - 1)
        header.append(UInt8(ascii: "\n"))
        let length = [UInt8(truncatingIfNeeded: header.count), UInt8(truncatingIfNeeded: header.count >> 8)]
        return [0x93] + Array("NUMPY".utf8) + [1, 0] + length + header
    }

    /// The bytes of the next row.
    ///
    /// - Precondition: `row` has as many numbers as there are columns.
    package func bytes(ofRow row: [Float]) -> [UInt8] {
        precondition(row.count == columns, "A row has one number for each column.")
        return FloatRows.littleEndianBytes(row)
    }
}
