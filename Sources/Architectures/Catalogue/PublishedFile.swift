package import GraftFiles

/// A file of weights as its publisher offers it.
package struct PublishedFile: Sendable, Hashable {
    /// What is known of a file's size.
    package enum Size: Sendable, Hashable {
        /// The number of bytes.
        case exact(Int)
        /// The number of bytes, give or take half a thousandth of a mebibyte, as torchvision states it.
        case about(Int)

        /// The number of bytes, exact or not.
        package var bytes: Int {
            switch self {
            case .exact(let bytes), .about(let bytes): bytes
            }
        }
    }

    /// Its name, as published; Graft keeps it under this name.
    package let name: String
    /// Where it is published, best address first; none where it comes in a package, or was converted.
    package let addresses: [String]
    /// Its size; `nil` where neither the publisher nor anybody else says.
    package let size: Size?
    /// Its checksum; `nil` where the publisher gives none.
    package let checksum: Checksum?

    package init(_ name: String, addresses: [String] = [], size: Size? = nil, checksum: Checksum? = nil) {
        self.name = name
        self.addresses = addresses
        self.size = size
        self.checksum = checksum
    }

    /// The size in bytes, where it is known exactly.
    package var exactSize: Int? {
        if case .exact(let bytes) = size { bytes } else { nil }
    }

    /// The checksum that the content at `path` should have: the published one, else the one that Graft noted
    /// when the file arrived.
    func knownChecksum(at path: String) -> Checksum? {
        checksum ?? ArrivalNote(of: path).digest.map { .sha256($0) }
    }
}

/// The SHA-256 of a file whose publisher gives no checksum, noted when it arrived, so that damage is found
/// later on.
///
/// It is beside the file in the form that `sha256sum -c` takes.
struct ArrivalNote {
    private let path: String

    init(of path: String) { self.path = path }

    private var notePath: String { "\(path).sha256" }

    /// The digest that was noted, if any.
    var digest: SHA256Digest? {
        guard let bytes = try? FileContents.readStart(notePath, count: 64), bytes.count == 64 else {
            return nil
        }
        return SHA256Digest(hexadecimal: String(decoding: bytes, as: UTF8.self))
    }

    /// Notes the digest of what is there now.
    func write() throws(FileError) {
        let name = path.split(separator: "/").last ?? ""
        try FileReplacement.write("\(try SHA256Digest(ofFile: path))  \(name)\n", to: notePath)
    }
}
