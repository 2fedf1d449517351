package import GraftFiles
package import GraftImages

extension Sample {
    /// What an examination would say if the picture could be used: for checks before anything is read.
    package var assumedUsable: Examination {
        let usable = Examination.Outcome.usable(format: nil, width: 0, height: 0)
        return Examination(path: path, digest: nil, outcome: flaw.map { .badTarget($0) } ?? usable)
    }

    /// Reads the sample's bytes without decoding them; not where its target cannot be used.
    package func load() -> LoadedPicture {
        if let flaw {
            let examination = Examination(path: path, digest: nil, outcome: .badTarget(flaw))
            return LoadedPicture(examination: examination, content: .nothing)
        }
        return picture.load(place: place)
    }

    /// Reads the sample's bytes again, which have to be what they were: others cannot be used.
    ///
    /// - Parameter known: the digest of the bytes that were read first.
    package func load(expecting known: SHA256Digest?) -> LoadedPicture {
        let loaded = load()
        guard let known, let digest = loaded.examination.digest, digest != known else { return loaded }
        let problem = Problem(path, found: "is another picture than when it was first read")
        let examination = Examination(path: path, digest: digest, outcome: .failed(.changed, problem))
        return LoadedPicture(examination: examination, content: .nothing)
    }

    /// Reads and decodes the picture, once, and says what was found.
    ///
    /// The digest is that of the bytes that were decoded, even where the file is changed meanwhile.
    package func examine() -> (examination: Examination, image: PixelImage?) { load().decode() }
}
