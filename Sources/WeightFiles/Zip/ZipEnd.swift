/// The end of an archive's directory to be written.
struct ZipEnd: Sendable {
    /// The number of entries.
    let entryCount: Int
    /// Where the directory starts.
    let directory: Int
    /// The number of its bytes.
    let size: Int

    /// The end, with the one of 64 bits before it where a number needs that.
    var bytes: [UInt8] {
        var bytes = ByteWriter()
        if entryCount >= ZipFormat.elsewhere16 || max(directory, size) >= ZipFormat.elsewhere32 {
            addEnd64(to: &bytes)
        }
        bytes.add(ZipFormat.directoryEnd, width: 4)
        // This volume, and the one with the directory.
        bytes.addZeros(2 + 2)
        // The entries on this volume, and all.
        for _ in 0..<2 { bytes.add(min(entryCount, ZipFormat.elsewhere16), width: 2) }
        bytes.add(min(size, ZipFormat.elsewhere32), width: 4)
        bytes.add(min(directory, ZipFormat.elsewhere32), width: 4)
        // The comment's length.
        bytes.addZeros(2)
        return bytes.bytes
    }

    /// Adds the end with fields of 64 bits, and the locator that says where it is.
    private func addEnd64(to bytes: inout ByteWriter) {
        bytes.add(ZipFormat.directoryEnd64, width: 4)
        // Its length behind this field.
        bytes.add(ZipFormat.end64Length - 12, width: 8)
        // The versions of the writer and of the format.
        for _ in 0..<2 { bytes.add(ZipEntry.version64, width: 2) }
        bytes.addZeros(4 + 4)
        for number in [entryCount, entryCount, size, directory] { bytes.add(number, width: 8) }
        bytes.add(ZipFormat.end64Locator, width: 4)
        bytes.addZeros(4)
        bytes.add(directory + size, width: 8)
        // The number of volumes.
        bytes.add(1, width: 4)
    }
}
