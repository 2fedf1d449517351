package import GraftFiles
package import GraftImages

/// What reading one sample showed: all that the ``Doctor`` needs to know of it.
package struct Examination: Sendable, Hashable {
    /// How reading went.
    package enum Outcome: Sendable, Hashable {
        /// The picture was decoded; the format is `nil` where it comes from an array.
        case usable(format: ImageFormat?, width: Int, height: Int)
        /// The picture cannot be used.
        case failed(ImageError.Code, Problem)
        /// What is to be learned from the picture is missing or makes no sense; the picture was not read.
        case badTarget(Problem)
    }

    /// The sample's path.
    package let path: String
    /// The digest of its bytes; `nil` where they cannot be read.
    package let digest: SHA256Digest?
    /// How reading went.
    package let outcome: Outcome

    package init(path: String, digest: SHA256Digest?, outcome: Outcome) {
        self.path = path
        self.digest = digest
        self.outcome = outcome
    }

    /// Whether the picture can be used.
    package var isUsable: Bool {
        if case .usable = outcome { true } else { false }
    }

    /// The format of the content where the file's name promises another; `nil` where there is nothing to
    /// tell.
    package var mistakenFormat: ImageFormat? {
        guard case .usable(let format?, _, _) = outcome else { return nil }
        let ending = FileEnding(of: path).text
        let promises = ImageFormat.allCases.contains { $0.fileExtensions.contains(ending) }
        // HEIC and AVIF share a container, and many programs name one like the other.
        let isAlike = [format] == [.avif] && ending == "heif"
        return promises && !isAlike && !format.fileExtensions.contains(ending) ? format : nil
    }
}

/// What stands behind the last dot of a file's name.
struct FileEnding {
    /// In lower case, without the dot; empty where there is none.
    let text: String

    init(of path: String) {
        let name = path.split(separator: "/").last ?? ""
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else {
            text = ""
            return
        }
        text = name[name.index(after: dot)...].lowercased()
    }
}
