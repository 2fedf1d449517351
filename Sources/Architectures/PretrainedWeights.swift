package import GraftFiles
package import GraftImages

/// Published weights of one network, with all that belongs to them: files, checksums, licence, preprocessing,
/// class names.
///
/// ``all`` is the catalogue; its tables are in `Catalogue/`, one file a source.
package struct PretrainedWeights: Sendable, Identifiable {
    /// The name of the network and its source, as in "resnet50.keras" or "efficientnet_lite0".
    package let name: String
    /// What they were trained on, as in "ImageNet".
    package let origin: String
    /// Who published them.
    package let publisher: String
    /// The file for the network with its classifier of 1000 classes.
    package let file: PublishedFile
    /// The smaller file for the network without its classifier, where there is one.
    package let fileWithoutTop: PublishedFile?
    /// The SPDX name of their licence.
    package let licence: String
    /// The height and width of the images they were trained on, in pixels.
    package let inputSize: Int
    /// The share of ImageNet's validation images whose class the publisher's network names first; `nil` where
    /// none is published.
    package let publishedTop1: Double?
    /// The share of ImageNet's validation images whose class is among the publisher's first five; `nil` where
    /// none is published.
    package let publishedTop5: Double?
    /// How to get the file where it has no address.
    let howToGet: Remedy?
    let pixels: PixelRule

    /// Their name.
    package var id: String { name }
    /// The names of the classes, in the order of the network's outputs.
    package var classes: [ImageNetClass] { ImageNetClass.all }

    package init(
        _ name: String, publisher: String, file: PublishedFile, fileWithoutTop: PublishedFile? = nil,
        licence: String, inputSize: Int = 224, top1: Double?, top5: Double?, pixels: PixelRule,
        howToGet: Remedy? = nil
    ) {
        self.name = name
        origin = "ImageNet"
        self.publisher = publisher
        self.file = file
        self.fileWithoutTop = fileWithoutTop
        self.licence = licence
        self.inputSize = inputSize
        publishedTop1 = top1
        publishedTop5 = top5
        self.pixels = pixels
        self.howToGet = howToGet
    }

    /// All files, the one with the top first.
    package var files: [PublishedFile] { [file] + (fileWithoutTop.map { [$0] } ?? []) }

    /// The preprocessing of these weights for images of this height and width in pixels.
    ///
    /// - Throws: `ImageError` where the size is impossible.
    package func preprocessing(height: Int, width: Int) throws -> Preprocessing {
        try pixels.preprocessing(height: height, width: width)
    }

    // MARK: The file with the top

    /// The name of the published file.
    package var fileName: String { file.name }
    /// The size of the published file in bytes, exact or as stated; `nil` where it is not known.
    package var fileSize: Int? { file.size?.bytes }

    /// What names these weights in caches and saved models: the SHA-256 of the published file; where the
    /// publisher gives another checksum, or none, the SHA-256 of the name and that checksum.
    package var digest: SHA256Digest {
        if case .sha256(let digest) = file.checksum { return digest }
        return SHA256Digest(of: "\(name) \(fileName) \(file.checksum?.description ?? "")")
    }

    /// Where Graft keeps the file.
    package func path(in home: GraftHome) -> String { "\(home.weights)/\(fileName)" }

    /// Whether the file is there; its content is checked when it is loaded.
    package func isPresent(in home: GraftHome) -> Bool { file.isPresent(in: home) }

    /// The file, checked.
    ///
    /// - Parameter includeTop: whether the network has its published classifier. Without it, the smaller file
    ///   is taken where it is the only one that is there.
    /// - Throws: ``CatalogueError`` where it is missing or has another content.
    package func open(in home: GraftHome, includeTop: Bool = true) throws -> MappedFile {
        var file = file
        if !includeTop, !file.isPresent(in: home), let smaller = fileWithoutTop, smaller.isPresent(in: home) {
            file = smaller
        }
        let path = "\(home.weights)/\(file.name)"
        guard file.isPresent(in: home) else { throw CatalogueError.missingFile(self, path) }
        // What is checked is what is read, whatever takes its place meanwhile.
        let mapped = try MappedFile(path)
        if let flaw = try file.flaw(in: mapped) { throw CatalogueError.wrongContent(self, path, flaw) }
        return mapped
    }
}

extension PublishedFile {
    /// Whether a file of this name is in Graft's home.
    package func isPresent(in home: GraftHome) -> Bool {
        (try? FileStatus.of("\(home.weights)/\(name)"))?.kind == .file
    }

    /// What tells the content at a path from the published one; `nil` where it is right as far as that is
    /// known.
    func flaw(at path: String) throws(FileError) -> (found: String, expected: String)? {
        if let byteCount = try FileStatus.of(path)?.byteCount, let flaw = flaw(ofSize: byteCount) {
            return flaw
        }
        guard let expected = knownChecksum(at: path) else { return nil }
        return flaw(try expected.found(inFile: path), expected)
    }

    /// The same of an open file.
    func flaw(in file: MappedFile) throws(FileError) -> (found: String, expected: String)? {
        if let flaw = flaw(ofSize: file.count) { return flaw }
        guard let expected = knownChecksum(at: file.path) else { return nil }
        return flaw(try expected.found(in: file), expected)
    }

    private func flaw(ofSize byteCount: Int) -> (found: String, expected: String)? {
        guard let exactSize, byteCount != exactSize else { return nil }
        return ("has \(byteCount) bytes", "\(exactSize) bytes, as the published file has")
    }

    private func flaw(_ found: Checksum, _ expected: Checksum) -> (found: String, expected: String)? {
        if found == expected { return nil }
        let whose = checksum == nil ? "as it had when it arrived" : "that of the published file"
        return ("has \(found.words)", "\(expected.words), \(whose)")
    }
}
