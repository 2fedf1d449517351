/// What a publisher says about a file's content, so that anyone can check it.
package enum Checksum: Sendable, Hashable, CustomStringConvertible {
    /// The whole SHA-256.
    case sha256(SHA256Digest)
    /// The first hexadecimal digits of the SHA-256, as torchvision's file names carry them; in lower case.
    case sha256Prefix(String)
    /// The 32 hexadecimal digits of the MD5, as Keras publishes it; in lower case. It shows damage, not
    /// malice.
    case md5(String)

    /// What the file at `path` has, of the same kind: equal to this value where the file is the published
    /// one.
    ///
    /// - Throws: ``FileError`` where the file cannot be read.
    package func found(inFile path: String) throws(FileError) -> Checksum {
        try found(path) { () throws(FileError) in
            try SHA256Digest(ofFile: path)
        } md5: { () throws(FileError) in
            try MessageDigest.digest(ofFile: path, .md5)
        }
    }

    /// What the bytes of an open file have, of the same kind.
    ///
    /// - Throws: ``FileError`` where the system's policy forbids the kind.
    package func found(in file: MappedFile) throws(FileError) -> Checksum {
        try found(file.path) {
            unsafe file.withBytes { unsafe SHA256Digest(of: $0) }
        } md5: {
            unsafe file.withBytes { unsafe MessageDigest.md5($0) }
        }
    }

    private func found(
        _ path: String, sha256: () throws(FileError) -> SHA256Digest, md5: () throws(FileError) -> [UInt8]?
    ) throws(FileError) -> Checksum {
        switch self {
        case .sha256: return .sha256(try sha256())
        case .sha256Prefix(let digits):
            return .sha256Prefix(String(try sha256().hexadecimal.prefix(digits.count)))
        case .md5:
            guard let digest = try md5() else {
                throw FileError(
                    .other, Problem(path, found: "cannot be checked: this system's policy forbids MD5"))
            }
            return .md5(digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())
        }
    }

    /// The kind and the digits: "sha256:5793…", "md5:6437…".
    package var description: String {
        switch self {
        case .sha256(let digest): "sha256:\(digest)"
        case .sha256Prefix(let digits): "sha256:\(digits)"
        case .md5(let digits): "md5:\(digits)"
        }
    }

    /// The kind and the first digits, for sentences: "the SHA-256 579344248a93…".
    package var words: String {
        switch self {
        case .sha256(let digest): "the SHA-256 \(digest.hexadecimal.prefix(12))…"
        case .sha256Prefix(let digits): "the SHA-256 \(digits)…"
        case .md5(let digits): "the MD5 \(digits.prefix(12))…"
        }
    }
}
