internal import GraftFiles
public import GraftImages

/// A sample whose bytes have been read, and that is decoded only if somebody wants to.
public struct LoadedSample: Sendable {
    /// What reading showed so far: until it is decoded, a picture whose format is known counts as usable.
    public let examination: Examination
    let content: Content

    enum Content: Sendable {
        case file([UInt8])
        case array(PixelArray, index: Int)
        case nothing
    }

    /// Decodes the picture and says what that showed.
    public func decode() -> (examination: Examination, image: PixelImage?) {
        func examination(_ outcome: Examination.Outcome) -> Examination {
            Examination(path: self.examination.path, digest: self.examination.digest, outcome: outcome)
        }
        switch content {
        case .nothing:
            return (self.examination, nil)
        case .array(let array, let index):
            return (self.examination, array.image(at: index))
        case .file(let bytes):
            do throws(ImageError) {
                let decoded = try ImageDecoder().decode(bytes, name: self.examination.path)
                let (width, height) = (decoded.image.width, decoded.image.height)
                return (
                    examination(.usable(format: decoded.format, width: width, height: height)), decoded.image
                )
            } catch {
                return (examination(.failed(error.code, error.problem)), nil)
            }
        }
    }
}

extension Sample {
    /// What an examination would say if the picture could be used: for checks before anything is read.
    public var assumedUsable: Examination {
        let usable = Examination.Outcome.usable(format: nil, width: 0, height: 0)
        return Examination(path: path, digest: nil, outcome: flaw.map { .badTarget($0) } ?? usable)
    }

    /// Reads the sample's bytes without decoding them.
    ///
    /// The digest is that of the bytes that ``LoadedSample/decode()`` decodes, even where the file is changed
    /// meanwhile.
    public func load() -> LoadedSample {
        if let flaw {
            let examination = Examination(path: path, digest: nil, outcome: .badTarget(flaw))
            return LoadedSample(examination: examination, content: .nothing)
        }
        switch source {
        case .array(let array, let index):
            let outcome = Examination.Outcome.usable(format: nil, width: array.width, height: array.height)
            return LoadedSample(
                examination: Examination(path: path, digest: array.digest(at: index), outcome: outcome),
                content: .array(array, index: index))
        case .file(let file):
            do throws(FileError) {
                let bytes = try FileContents.read(file)
                let format = unsafe bytes.withUnsafeBytes { unsafe ImageFormat(ofContent: $0) }
                // Sizes are known after decoding.
                let outcome = Examination.Outcome.usable(format: format, width: 0, height: 0)
                return LoadedSample(
                    examination: Examination(path: path, digest: SHA256Digest(of: bytes), outcome: outcome),
                    content: .file(bytes))
            } catch {
                let subject = place.map { "\(path) (\($0))" } ?? path
                let problem = Problem(subject, found: error.problem.found, remedy: error.problem.remedy)
                return LoadedSample(
                    examination: Examination(path: path, digest: nil, outcome: .failed(.unreadable, problem)),
                    content: .nothing)
            }
        }
    }
}
