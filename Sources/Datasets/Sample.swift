public import Files
public import Images

/// One labelled picture of a data set, not yet read.
public struct Sample: Sendable {
    /// What names the sample in messages and in a saved split: the path relative to the data set's root.
    public let path: String
    /// The index of its class.
    public let label: Int
    /// The part that the data's own layout gives it to; `nil` where that is left to a ``Split``.
    public let part: Part?

    let source: Source

    /// Where the picture comes from.
    enum Source: Sendable {
        case file(String)
        case array(PixelArray, index: Int)
    }

    /// Reads and decodes the picture, once, and says what was found.
    ///
    /// The digest is that of the bytes that were decoded, even where the file is changed meanwhile.
    public func examine() -> (examination: Examination, image: PixelImage?) {
        switch source {
        case .array(let array, let index):
            let image = array.image(at: index)
            let outcome = Examination.Outcome.usable(format: nil, width: image.width, height: image.height)
            return (Examination(path: path, digest: array.digest(at: index), outcome: outcome), image)
        case .file(let file):
            let bytes: [UInt8]
            do throws(FileError) {
                bytes = try FileContents.read(file)
            } catch {
                let problem = Problem(path, found: error.problem.found, remedy: error.problem.remedy)
                return (Examination(path: path, digest: nil, outcome: .failed(.unreadable, problem)), nil)
            }
            let digest = SHA256Digest(of: bytes)
            do throws(ImageError) {
                let decoded = try ImageDecoder().decode(bytes, name: path)
                let (width, height) = (decoded.image.width, decoded.image.height)
                let outcome = Examination.Outcome.usable(format: decoded.format, width: width, height: height)
                return (Examination(path: path, digest: digest, outcome: outcome), decoded.image)
            } catch {
                let outcome = Examination.Outcome.failed(error.code, error.problem)
                return (Examination(path: path, digest: digest, outcome: outcome), nil)
            }
        }
    }

    /// The digest of the sample's bytes, without decoding them.
    ///
    /// - Throws: ``FileError`` where its file cannot be read.
    public func digest() throws(FileError) -> SHA256Digest {
        switch source {
        case .file(let file): SHA256Digest(of: try FileContents.read(file))
        case .array(let array, let index): array.digest(at: index)
        }
    }
}
