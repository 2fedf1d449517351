package import GraftFiles

/// Writes zip archives whose entries are stored, not compressed.
///
/// The bytes of each entry start on a multiple of 64, by an extra field before them. Archives and entries of
/// 4 GiB and more, and more than 65,534 entries, get fields of 64 bits where they need them. The same content
/// gives the same bytes: all entries are from 1 January 1980, the first day that the format knows.
package struct ZipWriter {
    private let output: any ByteOutput
    private let subject: String
    private var position = 0
    private var entries: [ZipEntry] = []
    private var names: Set<String> = []

    /// Starts an archive with the first byte of `output`.
    ///
    /// - Parameter subject: What errors call the archive.
    package init(_ output: any ByteOutput, subject: String) {
        self.output = output
        self.subject = subject
    }

    /// Adds an entry whose bytes `give` hands to `write`, in pieces of any size.
    ///
    /// - Throws: ``WeightFileError`` where the name is not possible or has been used, and where `give` gives
    ///   more or fewer bytes than `byteCount`; what `give` throws; `FileError` where the output cannot be
    ///   written.
    package mutating func add(
        _ name: String, byteCount: Int,
        give: (_ write: (UnsafeRawBufferPointer) throws -> Void) throws -> Void
    ) throws {
        try check(name)
        let header = position
        // What stands around its bytes takes less than this, whatever the name.
        let around = 4 * ZipFormat.elsewhere16
        guard byteCount >= 0, header.adding(checked: around)?.adding(checked: byteCount) != nil else {
            throw WeightFileError.unwritable(
                "\(subject): \(name)", "has an impossible size of \(byteCount) bytes")
        }
        var entry = ZipEntry(name: Array(name.utf8), byteCount: byteCount, header: header)
        try put(entry.localHeader)
        var promised = PromisedBytes(byteCount, for: "\(subject): \(name)")
        try unsafe give { piece in
            try promised.take(piece.count)
            unsafe entry.checksum = Zlib.checksum(piece, start: entry.checksum)
            try unsafe output.write(piece)
            position += piece.count
        }
        try promised.finish()
        try output.rewrite(
            ByteWriter.encoded(Int(entry.checksum), width: 4), at: header + ZipFormat.checksumOffset)
        entries.append(entry)
        names.insert(name)
    }

    /// Adds an entry with these bytes.
    package mutating func add(_ name: String, _ bytes: [UInt8]) throws {
        try unsafe bytes.withUnsafeBytes { buffer in
            try unsafe add(name, byteCount: buffer.count) { write in try unsafe write(buffer) }
        }
    }

    /// Adds the directory. Nothing can be added to the archive afterwards.
    package consuming func finish() throws(FileError) {
        let directory = position
        for entry in entries { try put(entry.directoryEntry) }
        let end = ZipEnd(entryCount: entries.count, directory: directory, size: position - directory)
        try put(end.bytes)
    }

    /// Writes bytes of the archive's own.
    private mutating func put(_ bytes: [UInt8]) throws(FileError) {
        try output.write(bytes)
        position += bytes.count
    }

    /// Refuses names that lead out of a folder, that are a folder's, or that occur twice.
    private func check(_ name: String) throws(WeightFileError) {
        let parts = name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        let isPath = parts.allSatisfy {
            !$0.isEmpty && !$0.elementsEqual(".".utf8) && !$0.elementsEqual("..".utf8)
        }
        guard isPath, !name.utf8.contains(0), !name.utf8.contains(UInt8(ascii: "\\")) else {
            throw .unwritable(
                subject, "cannot have an entry named \"\(name)\"",
                expected: "names with \"/\" between them, none of them empty, \".\" or \"..\"")
        }
        guard name.utf8.count <= ZipFormat.elsewhere16 else {
            throw .unwritable(
                subject, "has an entry whose name has \(name.utf8.count) bytes",
                expected: "at most \(ZipFormat.elsewhere16)")
        }
        guard !names.contains(name) else { throw .unwritable(subject, "has two entries named \(name)") }
    }
}
