internal import GraftFiles

/// Writes features as a file of NumPy, safetensors or CSV, as its name says.
package struct FeatureTable: Sendable {
    /// What a file can be.
    package enum Format: String, Sendable, Hashable, CaseIterable {
        case npy, safetensors, csv
    }

    /// A picture with its features.
    package struct Row: Sendable {
        /// The picture.
        package var path: String
        /// Its class, classes or numbers, in words; empty where nothing is known.
        package var label: String
        package var features: [Float]

        /// A row of these parts.
        package init(path: String, label: String, features: [Float]) {
            (self.path, self.label, self.features) = (path, label, features)
        }
    }

    private let format: Format

    /// The format that a path's ending asks for.
    ///
    /// - Throws: `SettingError` for another ending.
    package init(path: String) throws {
        guard let format = Format(rawValue: path.ending) else {
            throw SettingError(
                path, found: "is no name of a file of features",
                expected: "one that ends in .npy, .safetensors or .csv")
        }
        self.format = format
    }

    /// Writes rows of as many features each; whole or not at all.
    package func write(_ rows: [Row], columns: Int, metadata: [String: String], to path: String) throws {
        let file = try FileReplacement(path)
        switch format {
        case .npy:
            let writer = NumPyWriter(rows: rows.count, columns: columns)
            try file.write(writer.head)
            for row in rows { try file.write(writer.bytes(ofRow: row.features)) }
        case .safetensors:
            guard let writer = SafetensorsWriter(rows: rows.count, columns: columns, metadata: metadata)
            else {
                throw SettingError(
                    path, found: "would have a head of more than 100 MB", expected: "fewer pictures, or .csv")
            }
            try file.write(writer.head)
            for row in rows { try file.write(writer.bytes(ofRow: row.features)) }
        case .csv:
            let writer = CSVRows(featureCount: columns)
            try file.write(writer.head)
            for row in rows {
                try file.write(writer.bytes(path: row.path, label: row.label, features: row.features))
            }
        }
        try file.commit()
    }
}
