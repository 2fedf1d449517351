package import GraftFiles

/// A decoded picture, and what its file was.
package struct DecodedImage: Sendable {
    /// The picture, upright.
    package var image: PixelImage
    /// The format by content, whatever the file is called.
    package var format: ImageFormat
}

/// Reads picture files into ``PixelImage``s.
///
/// JPEG, PNG, WebP, GIF (its first frame), TIFF (its first page), BMP, PNM and, where libvips has them, HEIC,
/// AVIF, JPEG XL and JPEG 2000. The picture is turned upright by its Exif orientation; grey, palette, Lab and
/// CMYK pictures become 8-bit RGB; transparency lies over white, and is only what the file says is that.
/// Samples of more than 8 bits are scaled by the range that the file declares, or that their type has: see
/// ``SampleScale``. Embedded profiles of RGB and grey pictures are ignored, as Pillow and the pipelines that
/// published networks were trained with do; a profile explains CMYK, which has no meaning without one.
///
/// RGB JPEG and PNG pictures decode to the same samples as with Pillow. A file is whole where every row came
/// from its data, whatever stands behind them; one that ends before, or has damaged data, is an error.
///
/// What a picture takes is known from the head of its file, and nothing is taken beyond ``DecodingLimits``.
///
/// Any number of threads may decode at once; one decode runs on the calling thread alone.
package struct ImageDecoder: Sendable {
    private let limits: DecodingLimits

    /// A decoder with these limits.
    package init(limits: DecodingLimits = DecodingLimits()) { self.limits = limits }

    /// Reads and decodes the file at `path`.
    ///
    /// - Throws: ``ImageError``.
    package func decode(_ path: String) throws(ImageError) -> DecodedImage {
        try decode(try read(path).bytes, name: path)
    }

    /// The bytes of a picture's file, or the start of a file that is no picture.
    ///
    /// - Throws: ``ImageError`` where it is unreadable or too large to be read.
    package func read(_ path: String) throws(ImageError) -> FileContents.Contents {
        let contents: FileContents.Contents
        do throws(FileError) {
            contents = try FileContents.read(path, atMost: limits.fileSize) { start in
                ImageFormat(ofContent: start) != nil
            }
        } catch {
            throw ImageError(error)
        }
        guard contents.size <= limits.fileSize || ImageFormat(ofContent: contents.bytes) == nil else {
            throw .tooLarge(
                path, found: "has \(contents.size.megabytes)",
                expected: "at most \(limits.fileSize.megabytes)")
        }
        return contents
    }

    /// Decodes a file's bytes; `name` is what an error calls it.
    ///
    /// - Throws: ``ImageError``.
    package func decode(_ bytes: [UInt8], name: String) throws(ImageError) -> DecodedImage {
        guard !bytes.isEmpty else { throw .empty(name) }
        if let found = ForeignFormat.found(name: name, start: Array(bytes.prefix(160))) {
            throw .unsupported(name, found: found)
        }
        guard let format = ImageFormat(ofContent: bytes) else {
            throw .notAPicture(name, found: ImageFormat.guess(bytes))
        }
        let file = FileBytes(bytes)
        let header: PictureHeader?
        do throws(HeaderFlaw) {
            header = try PictureHeader.read(file, format: format)
        } catch {
            throw error.about(name, format)
        }
        if let header { try limits.check(header, fileSize: bytes.count, name: name) }
        return DecodedImage(image: try image(file, format, header, name: name), format: format)
    }

    private func image(
        _ file: FileBytes, _ format: ImageFormat, _ header: PictureHeader?, name: String
    ) throws(ImageError) -> PixelImage {
        do throws(HeaderFlaw) {
            if format == .bmp { return try BMPFile(file).decode() }
            if format == .pnm { return try PNMFile(file).decode() }
        } catch {
            throw error.about(name, format)
        }
        guard let library = VipsLibrary.shared else {
            throw .unsupported(name, found: "cannot be read: libvips does not start")
        }
        guard library.reads(format) else {
            throw .unsupported(
                name, found: "is a \(format.name) picture, and this libvips cannot read \(format.name)")
        }
        var decoding = VipsDecoding(file: file, format: format, header: header, limits: limits, name: name)
        if format == .jpeg {
            // Only for JPEG do libvips' warnings tell damage from health, and then some are harmless.
            decoding.isStrict = true
            if let image = try library.decoding({ () throws(ImageError) in try decoding.run() }) {
                return image
            }
            decoding.isStrict = false
            do throws(HeaderFlaw) {
                decoding.header?.reduced = try JPEGCheck.repaired(file)
            } catch {
                throw error.about(name, format)
            }
        }
        if let image = try library.decoding({ () throws(ImageError) in try decoding.run() }) { return image }
        throw Self.isCutShort(file, format) ? .cutShort(name, format) : .damaged(name, format)
    }

    /// Whether a file that cannot be decoded ends before its own structure says so.
    private static func isCutShort(_ file: FileBytes, _ format: ImageFormat) -> Bool {
        switch format {
        case .jpeg, .bmp, .pnm: false
        case .png: PNGHeader.isCutShort(file)
        case .gif: GIFHeader.isCutShort(file)
        case .webp: WebPHeader.isCutShort(file)
        case .tiff: (try? TIFFHeader(file).isCutShort) ?? true
        case .heic, .avif: BoxWalk.isCutShort(file)
        // Its data end with a marker; JPEG XL's do not.
        case .jpeg2000: BoxWalk.isCutShort(file) || !file.holds([0xff, 0xd9], at: file.count - 2)
        case .jpegXL: !file.holds([0xff, 0x0a]) && BoxWalk.isCutShort(file)
        }
    }
}
