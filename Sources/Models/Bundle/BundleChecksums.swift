internal import GraftFiles

/// The SHA-256 of each file of a model, in the format of `sha256sum`: `<64 digits>  <name>`, one line a file,
/// sorted.
struct BundleChecksums: Equatable {
    private(set) var digests: [String: SHA256Digest] = [:]

    /// No files.
    init() {}

    subscript(name: String) -> SHA256Digest? {
        get { digests[name] }
        set { digests[name] = newValue }
    }

    /// The text of the file.
    var text: String {
        digests.sorted { $0.key < $1.key }.map { "\($0.value.hexadecimal)  \($0.key)\n" }.joined()
    }

    /// Reads the text of the file.
    ///
    /// - Throws: ``Flaw`` for anything that ``text`` would not have written, or where a part of the model is
    ///   not listed.
    init(parsing bytes: [UInt8]) throws(Flaw) {
        guard bytes.last == UInt8(ascii: "\n") else {
            throw Flaw(.checksums, "does not end with a whole line")
        }
        for (index, line) in bytes.dropLast().split(separator: 10, omittingEmptySubsequences: false)
            .enumerated()
        {
            let flaw = Flaw(.checksums, "has no SHA-256 and file name in line \(index + 1)")
            guard line.count > 66, line.dropFirst(64).prefix(2).elementsEqual("  ".utf8),
                let digits = String(validating: line.prefix(64), as: UTF8.self),
                let digest = SHA256Digest(hexadecimal: digits), digest.hexadecimal == digits,
                let name = String(validating: line.dropFirst(66), as: UTF8.self),
                !name.contains("/"), digests.updateValue(digest, forKey: name) == nil
            else { throw flaw }
        }
        for part in BundlePart.required where digests[part.fileName] == nil {
            throw Flaw(.checksums, "does not list \(part.fileName)")
        }
        guard text.utf8.elementsEqual(bytes) else { throw Flaw(.checksums, "is not in order") }
    }
}
