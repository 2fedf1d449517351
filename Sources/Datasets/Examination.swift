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
        /// The machine could not read it, whatever the picture is: see ``Examination/requireMachine()``.
        case notRead(Problem)
    }

    /// The sample's path.
    package let path: String
    /// The digest of its bytes; `nil` where they cannot be read.
    package let digest: SHA256Digest?
    /// What files have in common whose coded pixels are the same, whatever is written beside them; the digest
    /// where nothing tells.
    package let likeness: SHA256Digest?
    /// How reading went.
    package let outcome: Outcome
    /// What the picture is like, once it has been decoded.
    package let appearance: Appearance?

    /// What reading a sample showed.
    package init(
        path: String, digest: SHA256Digest?, likeness: SHA256Digest? = nil, outcome: Outcome,
        appearance: Appearance? = nil
    ) {
        self.path = path
        self.digest = digest
        self.likeness = likeness ?? digest
        self.outcome = outcome
        self.appearance = appearance
    }

    /// The same of a picture that looks like this.
    package func with(_ appearance: Appearance) -> Examination {
        Examination(
            path: path, digest: digest, likeness: likeness, outcome: outcome, appearance: appearance)
    }

    /// Whether the picture can be used.
    package var isUsable: Bool {
        if case .usable = outcome { true } else { false }
    }

    /// Why the picture cannot be used; `nil` where it can.
    package var problem: Problem? {
        switch outcome {
        case .usable: nil
        case .failed(_, let problem), .badTarget(let problem), .notRead(let problem): problem
        }
    }

    /// Lets a machine that fails not be taken for pictures that are bad.
    ///
    /// - Throws: `FileError` where the machine could not read the picture: too many open files, for example.
    package func requireMachine() throws(FileError) {
        if case .notRead(let problem) = outcome { throw FileError(.machine, problem) }
    }

    /// The format of the content where the file's name promises another; `nil` where there is nothing to
    /// tell.
    package var mistakenFormat: ImageFormat? {
        guard case .usable(let format?, _, _) = outcome else { return nil }
        let ending = path.ending
        let promises = ImageFormat.allCases.contains { $0.fileExtensions.contains(ending) }
        // HEIC and AVIF share a container, and many programs name one like the other.
        let isAlike = [format] == [.avif] && ending == "heif"
        return promises && !isAlike && !format.fileExtensions.contains(ending) ? format : nil
    }
}
