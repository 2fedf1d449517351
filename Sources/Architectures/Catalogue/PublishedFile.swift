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

    /// A package that holds a file, as a zip archive.
    package struct Package: Sendable, Hashable {
        /// Where it is published.
        package let address: String
        /// Its size in bytes.
        package let size: Int
        /// Its checksum.
        package let checksum: Checksum
    }

    /// Its name, as published; Graft keeps it under this name.
    package let name: String
    /// Where it is published, best address first; none where it comes in a package, or was converted.
    package let addresses: [String]
    /// The package that it comes in, where it has no address of its own.
    package let package: Package?
    /// Its size; `nil` where neither the publisher nor anybody else says.
    package let size: Size?
    /// Its checksum; `nil` where the publisher gives none.
    package let checksum: Checksum?

    package init(
        _ name: String, addresses: [String] = [], package: Package? = nil, size: Size? = nil,
        checksum: Checksum? = nil
    ) {
        self.name = name
        self.addresses = addresses
        self.package = package
        self.size = size
        self.checksum = checksum
    }

    /// The size in bytes, where it is known exactly.
    package var exactSize: Int? {
        if case .exact(let bytes) = size { bytes } else { nil }
    }

    /// Whether Graft can fetch it from its publisher.
    package var isPublished: Bool { !addresses.isEmpty || package != nil }

    /// The greatest number of bytes that it can have: what is fetched ends there, whatever a server sends.
    var greatestSize: Int {
        switch size {
        case .exact(let bytes): bytes
        // As torchvision rounds.
        case .about(let bytes): bytes + (1 << 20)
        // The largest one in the catalogue has 575 MB.
        case nil: 1 << 30
        }
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

    /// Notes the digest of the file at `arrived`, which is about to take its place.
    func write(of arrived: String) throws(FileError) {
        let name = path.split(separator: "/").last ?? ""
        try FileReplacement.write("\(try SHA256Digest(ofFile: arrived))  \(name)\n", to: notePath)
    }
}
