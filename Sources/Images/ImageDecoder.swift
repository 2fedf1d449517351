internal import GraftCVips
internal import GraftFiles

/// A decoded picture, and what its file was.
package struct DecodedImage: Sendable {
    /// The picture, upright.
    package var image: PixelImage
    /// The format by content, whatever the file is called.
    package var format: ImageFormat
}

/// Reads picture files into ``PixelImage``s.
///
/// JPEG, PNG, WebP, GIF (its first frame), TIFF (its first page) and, where libvips has them, HEIC and AVIF.
/// The picture is turned upright by its Exif orientation; grey, palette, 16-bit, Lab and CMYK pictures become
/// 8-bit RGB; transparency lies over white. Embedded profiles of RGB and grey pictures are ignored, as Pillow
/// and the pipelines that published networks were trained with do; a profile explains CMYK, which has no
/// meaning without one.
///
/// RGB JPEG and PNG pictures decode to the same samples as with Pillow. A file that ends early or has damaged
/// data is an error. JPEG irregularities that leave the picture whole, such as stray bytes between segments,
/// are accepted.
///
/// Any number of threads may decode at once; one decode runs on the calling thread alone.
package struct ImageDecoder: Sendable {
    /// A decoder; it has no state.
    package init() {}

    /// Reads and decodes the file at `path`.
    ///
    /// - Throws: ``ImageError``.
    package func decode(_ path: String) throws(ImageError) -> DecodedImage {
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try FileContents.read(path)
        } catch {
            throw ImageError(error)
        }
        return try decode(bytes, name: path)
    }

    /// Decodes a file's bytes; `name` is what an error calls it.
    ///
    /// - Throws: ``ImageError``.
    package func decode(_ bytes: [UInt8], name: String) throws(ImageError) -> DecodedImage {
        let result = unsafe bytes.withUnsafeBytes { buffer in
            Result { () throws(ImageError) in try unsafe decode(buffer, name: name) }
        }
        return try result.get()
    }

    private func decode(_ bytes: UnsafeRawBufferPointer, name: String) throws(ImageError) -> DecodedImage {
        guard bytes.count > 0 else { throw .empty(name) }
        guard let format = unsafe ImageFormat(ofContent: bytes) else {
            if let other = unsafe ImageFormat.unsupportedName(bytes) {
                throw .unsupported(name, found: "is a \(other) file")
            }
            throw unsafe .notAPicture(name, found: ImageFormat.guess(bytes))
        }
        if unsafe format.isCutShort(bytes) { throw .cutShort(name, format) }
        guard let library = VipsLibrary.shared else {
            throw .unsupported(name, found: "cannot be read: libvips does not start")
        }
        // Only for JPEG do libvips' warnings tell damage from health.
        let strictest = format == .jpeg ? VIPS_FAIL_ON_WARNING : VIPS_FAIL_ON_ERROR
        var outcome = library.decoding { unsafe Self.attempt(bytes, format, failOn: strictest) }
        if case .failed = outcome {
            let message: String
            (outcome, message) = library.diagnosing {
                unsafe Self.attempt(bytes, format, failOn: VIPS_FAIL_ON_ERROR)
            }
            try Self.judge(outcome, message: message, name: name, format: format)
        }
        switch outcome {
        case .decoded(let image): return DecodedImage(image: image, format: format)
        case .tooLarge(let width, let height): throw .tooLarge(name, width: width, height: height)
        case .failed, .unknownColours: throw .damaged(name, format)
        }
    }

    private enum Outcome {
        case decoded(PixelImage)
        case tooLarge(width: Int, height: Int)
        case unknownColours
        case failed
    }

    private static func attempt(
        _ bytes: UnsafeRawBufferPointer, _ format: ImageFormat, failOn level: VipsFailOn
    ) -> Outcome {
        // Gives back the buffers that libvips keeps for the calling thread, which may never decode again.
        defer { vips_thread_shutdown() }
        guard let stored = unsafe VipsPicture(bytes, format: format, failOn: level) else { return .failed }
        let (width, height) = (stored.width, stored.height)
        guard width <= PixelImage.maximumPixelCount / height else {
            return .tooLarge(width: width, height: height)
        }
        var picture = stored
        if !stored.isPlain && !stored.isPlainCMYK {
            guard let converted = stored.convertedToRGB() else { return .unknownColours }
            picture = converted
        }
        guard let layout = picture.isPlainCMYK ? .cmyk : SampleLayout(bandCount: picture.bandCount) else {
            return .unknownColours
        }
        var isWhole = false
        let samples = unsafe [UInt8](unsafeUninitializedCapacity: 3 * width * height) { buffer, count in
            guard let start = buffer.baseAddress else { return }
            isWhole = unsafe picture.readRows { row, index in
                unsafe layout.convert(row, into: start + 3 * width * index, width: width)
            }
            count = isWhole ? 3 * width * height : 0
        }
        guard isWhole else { return .failed }
        let image = PixelImage(width: width, height: height, samples: samples)
        return .decoded(image.upright(fromExifOrientation: stored.orientation))
    }

    /// Turns what the second, lenient decode said into an error, unless the picture is usable.
    private static func judge(
        _ outcome: Outcome, message: String, name: String, format: ImageFormat
    ) throws(ImageError) {
        let isUsable =
            if case .decoded = outcome { format != .jpeg || isBenign(message) } else { false }
        if isUsable { return }
        if case .failed = outcome, message.contains("class \"") || message.contains("not built") {
            throw .unsupported(
                name, found: "is a \(format.name) picture, which this libvips was built without")
        }
        if message.lowercased().contains("premature end of") && !message.contains("data segment") {
            throw .cutShort(name, format)
        }
        throw .damaged(name, format)
    }

    /// Whether libjpeg's complaint concerns bytes that no pixel depends on.
    private static func isBenign(_ message: String) -> Bool {
        [
            "extraneous bytes before marker", "unknown JFIF revision", "Unknown Adobe color transform",
            "bad ICC marker",
        ]
        .contains { message.contains($0) }
    }
}
