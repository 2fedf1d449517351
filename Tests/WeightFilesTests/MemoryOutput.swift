import GraftFiles

@testable import GraftWeightFiles

/// A file in memory.
final class MemoryOutput: ByteOutput {
    private(set) var bytes: [UInt8] = []

    func write(_ more: UnsafeRawBufferPointer) throws(FileError) { unsafe bytes += more }

    func rewrite(_ other: [UInt8], at offset: Int) throws(FileError) {
        bytes.replaceSubrange(offset..<(offset + other.count), with: other)
    }

    /// The bytes of each entry of the archive that this is, as libzip reads them.
    func entries(in folder: TemporaryFolder) throws -> [String: [UInt8]] {
        let archive = try ZipArchive(MappedFile(folder.file(bytes, "a.zip")))
        var budget = MemoryBudget(fileSize: bytes.count)
        return try archive.entries.mapValues { try archive.read($0, budget: &budget) }
    }
}
