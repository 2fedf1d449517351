/// Makes the bytes of a safetensors file that holds one float32 tensor "features" of shape [rows, columns].
///
/// A file is the ``head`` and then ``bytes(ofRow:)`` for each row, so that the tensor is never in memory as a
/// whole. From the format's description in the README of safetensors.
package struct SafetensorsWriter: Sendable {
    /// The number of rows.
    package let rows: Int
    /// The number of columns.
    package let columns: Int
    /// The start of the file: the header's length, and the header. Its length is a multiple of 8 bytes.
    package let head: [UInt8]

    /// A tensor of this shape.
    ///
    /// - Parameter metadata: texts by name, kept in the header; the order of their names is that of the file.
    /// - Returns: `nil` where the metadata make the header longer than readers accept.
    /// - Precondition: `rows` and `columns` are not negative.
    package init?(rows: Int, columns: Int, metadata: [String: String] = [:]) {
        // `MAX_HEADER_SIZE` of safetensors.
        self.init(rows: rows, columns: columns, metadata: metadata, headerLimit: 100_000_000)
    }

    /// A tensor of this shape; `nil` where its header would have more than `headerLimit` bytes.
    init?(rows: Int, columns: Int, metadata: [String: String], headerLimit: Int) {
        precondition(rows >= 0 && columns >= 0, "A shape has no negative numbers.")
        self.rows = rows
        self.columns = columns
        var text = "{"
        if !metadata.isEmpty {
            let members = metadata.sorted { $0.key < $1.key }.map {
                "\(JSONText.quoted($0.key)):\(JSONText.quoted($0.value))"
            }
            text += "\"__metadata__\":{\(members.joined(separator: ","))},"
        }
        let end = rows * columns * 4
        text += "\"features\":{\"dtype\":\"F32\",\"shape\":[\(rows),\(columns)],\"data_offsets\":[0,\(end)]}}"
        var header = Array(text.utf8)
        header += [UInt8](repeating: UInt8(ascii: " "), count: (8 - header.count % 8) % 8)
        guard header.count <= headerLimit else { return nil }
        head = (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) } + header
    }

    /// The bytes of the next row.
    ///
    /// - Precondition: `row` has as many numbers as there are columns.
    package func bytes(ofRow row: [Float]) -> [UInt8] {
        precondition(row.count == columns, "A row has one number for each column.")
        return FloatRows.littleEndianBytes(row)
    }
}
