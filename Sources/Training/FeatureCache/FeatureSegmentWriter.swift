internal import GraftFiles

/// Writes segment files, whole or not at all.
enum FeatureSegmentWriter {
    /// Writes `records` as the segment at `path`.
    ///
    /// - Parameter beforeCommit: called when all is written aside and nothing is in place yet.
    /// - Throws: ``FileError`` where it cannot be written; nothing stays behind then.
    static func write(
        _ records: [FeatureRecord], layout: FeatureSegmentLayout, key: SHA256Digest, to path: String,
        beforeCommit: (@Sendable (String) -> FileError?)?
    ) throws(FileError) {
        let file = try FileReplacement(path)
        try file.write(tables(of: records, layout: layout, key: key))
        let gap = [UInt8](repeating: 0, count: layout.recordStride - layout.recordByteCount)
        var gathered: [UInt8] = []
        for record in records {
            unsafe record.withBytes { unsafe gathered.append(contentsOf: $0) }
            gathered += gap
            if gathered.count >= 1 << 20 {
                try file.write(gathered)
                gathered.removeAll(keepingCapacity: true)
            }
        }
        try file.write(gathered)
        if let failure = beforeCommit?(path) { throw failure }
        try file.commit()
    }

    /// Everything before the first record.
    private static func tables(
        of records: [FeatureRecord], layout: FeatureSegmentLayout, key: SHA256Digest
    ) -> [UInt8] {
        var bytes = FeatureSegmentLayout.magic
        bytes.reserveCapacity(layout.payloadOffset)
        bytes += littleEndian(UInt64(FeatureSegmentLayout.version))
        bytes += key.bytes
        bytes += littleEndian(UInt64(layout.recordCount))
        bytes += littleEndian(UInt64(layout.recordByteCount))
        let headerChecksum = FastChecksum.checksum(bytes)
        var rest = [UInt8](repeating: 0, count: FeatureSegmentLayout.headerByteCount - bytes.count - 8)
        for record in records { rest += record.digestBytes }
        for record in records { rest += littleEndian(record.checksum) }
        bytes += littleEndian(FastChecksum.checksum(rest, seed: headerChecksum))
        bytes += rest
        bytes += [UInt8](repeating: 0, count: layout.payloadOffset - bytes.count)
        return bytes
    }

    /// The eight bytes of a number as segments hold it.
    static func littleEndian(_ number: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }
}
