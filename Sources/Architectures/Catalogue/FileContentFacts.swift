internal import GraftFiles

/// What can be told of a file's content without reading it as weights.
struct FileContentFacts {
    let name: String
    let count: Int
    let sha256: SHA256Digest
    private let path: String
    private let isHDF5: Bool

    /// Reads the file at `path`.
    init(_ path: String) throws(FileError) {
        self.path = path
        name = path.split(separator: "/").last.map(String.init) ?? path
        sha256 = try SHA256Digest(ofFile: path)
        count = try FileStatus.of(path)?.byteCount ?? 0
        // The signature of the HDF5 format, version 0 of its superblock and later.
        isHDF5 =
            try FileContents.readStart(path, count: 8) == [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]
    }

    /// The published file with this content.
    func match(
        among candidates: [PretrainedWeights]
    ) throws(FileError) -> (PretrainedWeights, PublishedFile)? {
        // MD5 is computed only where a candidate with this size needs it.
        for weights in candidates {
            for file in weights.files {
                guard let checksum = file.checksum, file.exactSize ?? count == count else { continue }
                let isMet =
                    switch checksum {
                    case .sha256(let digest): digest == sha256
                    case .sha256Prefix(let digits): sha256.hexadecimal.hasPrefix(digits)
                    case .md5: try checksum.found(inFile: path) == checksum
                    }
                if isMet { return (weights, file) }
            }
        }
        return nil
    }

    /// The file of `weights` that this one must be, where no checksum is published: of the same name, and the
    /// same size where that is known.
    func unchecked(of weights: PretrainedWeights) -> (PretrainedWeights, PublishedFile)? {
        let file = weights.files.first {
            $0.checksum == nil && $0.name == name && $0.exactSize ?? count == count
        }
        guard let file, isHDF5 || !file.name.hasSuffix(".h5") else { return nil }
        return (weights, file)
    }
}
