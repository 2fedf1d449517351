internal import GraftFiles
public import GraftImages

/// A picture that has not been read yet: a file, the bytes of one, or pixels.
///
/// ```swift
/// let answer = try await predictor.answer(to: .file("cat.jpg"))
/// let upload = try await predictor.answer(to: .bytes(body, name: "upload"))
/// ```
public struct Picture: Sendable {
    /// What it is called in answers and in error messages: the path of a file, for example.
    public let name: String
    let source: Source
    /// What reading it may take.
    package var limits = DecodingLimits()

    /// Where the pixels come from.
    enum Source: Sendable {
        case file(String)
        case bytes([UInt8])
        case pixels(PixelImage)
        case array(PixelArray, index: Int)
    }

    init(name: String, source: Source) {
        self.name = name
        self.source = source
    }

    /// The picture in a file of any format that Graft reads.
    public static func file(_ path: String) -> Picture { Picture(name: path, source: .file(path)) }

    /// The picture in these bytes, which are a whole file of any format that Graft reads.
    public static func bytes(_ bytes: [UInt8], name: String) -> Picture {
        Picture(name: name, source: .bytes(bytes))
    }

    /// A picture that is decoded already.
    public static func pixels(_ image: PixelImage, name: String) -> Picture {
        Picture(name: name, source: .pixels(image))
    }
}

/// A picture whose bytes have been read, and that is decoded only if somebody wants to.
package struct LoadedPicture: Sendable {
    /// What reading showed so far: until it is decoded, a picture whose format is known counts as usable.
    package let examination: Examination
    let content: Content
    private let limits: DecodingLimits

    init(examination: Examination, content: Content, limits: DecodingLimits = DecodingLimits()) {
        self.examination = examination
        self.content = content
        self.limits = limits
    }

    enum Content: Sendable {
        case encoded([UInt8])
        case pixels(PixelImage)
        case array(PixelArray, index: Int)
        case nothing
    }

    /// Decodes the picture and says what that showed.
    package func decode() -> (examination: Examination, image: PixelImage?) {
        func seen(_ outcome: Examination.Outcome, _ image: PixelImage?) -> (Examination, PixelImage?) {
            let examination = Examination(
                path: examination.path, digest: examination.digest, likeness: examination.likeness,
                outcome: outcome, appearance: examination.digest == nil ? nil : image.map(Appearance.init))
            return (examination, image)
        }
        switch content {
        case .nothing: return (examination, nil)
        case .pixels(let image): return seen(examination.outcome, image)
        case .array(let array, let index): return seen(examination.outcome, array.image(at: index))
        case .encoded(let bytes):
            do throws(ImageError) {
                let decoded = try ImageDecoder(limits: limits).decode(bytes, name: examination.path)
                let (width, height) = (decoded.image.width, decoded.image.height)
                return seen(.usable(format: decoded.format, width: width, height: height), decoded.image)
            } catch {
                return seen(.failed(error.code, error.problem), nil)
            }
        }
    }
}

extension Picture {
    /// Whether it is decoded from a file or its bytes.
    var isDecoded: Bool {
        switch source {
        case .file, .bytes: true
        case .pixels, .array: false
        }
    }

    /// Reads the picture's bytes without decoding them.
    ///
    /// - Parameters:
    ///   - place: where a list names it, in words; `nil` where its name says all.
    ///   - wantsDigest: whether the digest of its content is needed. It is that of the bytes that
    ///     ``LoadedPicture/decode()`` decodes, even where a file is changed meanwhile.
    package func load(place: String? = nil, wantsDigest: Bool = true) -> LoadedPicture {
        switch source {
        case .array(let array, let index):
            return loaded(
                .array(array, index: index), array.digest(at: index),
                .usable(format: nil, width: array.width, height: array.height))
        case .pixels(let image):
            return loaded(
                .pixels(image), wantsDigest ? image.digest : nil,
                .usable(format: nil, width: image.width, height: image.height))
        case .bytes(let bytes): return loaded(bytes, wantsDigest)
        case .file(let file):
            do throws(ImageError) {
                let contents = try ImageDecoder(limits: limits).read(file)
                // The start of a file that is no picture has no digest: it would be that of others too.
                return loaded(contents.bytes, wantsDigest && contents.isWhole)
            } catch {
                let subject = place.map { "\(name) (\($0))" } ?? name
                let problem = Problem(
                    subject, found: error.problem.found, expected: error.problem.expected,
                    remedy: error.problem.remedy)
                return loaded(
                    .nothing, nil,
                    error.code == .machine ? .notRead(problem) : .failed(error.code, problem))
            }
        }
    }

    private func loaded(_ bytes: [UInt8], _ wantsDigest: Bool) -> LoadedPicture {
        let format = ImageFormat(ofContent: bytes)
        // Sizes are known after decoding.
        return loaded(
            .encoded(bytes), wantsDigest ? SHA256Digest(of: bytes) : nil,
            .usable(format: format, width: 0, height: 0),
            likeness: wantsDigest ? format.flatMap { Likeness.digest(of: bytes, $0) } : nil)
    }

    private func loaded(
        _ content: LoadedPicture.Content, _ digest: SHA256Digest?, _ outcome: Examination.Outcome,
        likeness: SHA256Digest? = nil
    ) -> LoadedPicture {
        LoadedPicture(
            examination: Examination(path: name, digest: digest, likeness: likeness, outcome: outcome),
            content: content, limits: limits)
    }
}

extension PixelImage {
    /// The digest of the size and the pixels.
    fileprivate var digest: SHA256Digest {
        SHA256Digest(of: Array("pixels \(width)x\(height) ".utf8) + samples)
    }
}
