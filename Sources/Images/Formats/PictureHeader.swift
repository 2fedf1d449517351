/// What the head of a picture's file says, before anything is decoded: how large the picture is, what its
/// samples mean, and what decoding it takes.
struct PictureHeader {
    var width: Int
    var height: Int
    /// How many samples a pixel has, as they are decoded.
    var bandCount = 3
    /// The bytes of a sample, as it is decoded.
    var sampleBytes = 1
    /// What the decoder holds at a time, beside the file and the finished picture.
    var decoderBytes = 0
    /// How many rows are held while others are decoded: libvips holds up to some 500, as was measured.
    var rowsAtATime = 512
    /// How many blocks of coefficients all scans of a JPEG go through.
    var blockVisits = 0
    /// What the file says of its samples.
    var meaning = SampleMeaning()
    /// What the decoder is to see instead of the file: the same picture without what it does not need.
    var reduced: [UInt8]?

    init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }

    /// The bytes of the rows that are held at a time.
    var rowBytes: Int { .claimed(min(height, rowsAtATime), width, bandCount, sampleBytes) }

    /// The bytes of all samples as they are decoded.
    var storedBytes: Int { .claimed(width, height, bandCount, sampleBytes) }

    /// What is needed of `format`; `nil` where the decoder itself is to say how large the picture is.
    ///
    /// - Throws: ``HeaderFlaw``.
    static func read(_ file: FileBytes, format: ImageFormat) throws(HeaderFlaw) -> PictureHeader? {
        switch format {
        case .jpeg: try JPEGHeader(file).picture()
        case .png: try PNGHeader.read(file)
        case .gif: try GIFHeader.read(file)
        case .webp: try WebPHeader.read(file)
        case .tiff: try TIFFHeader(file).picture()
        case .jpeg2000: try JPEG2000Header.read(file)
        case .heic, .avif, .jpegXL: nil
        case .bmp: try BMPFile(file).header
        case .pnm: try PNMFile(file).header
        }
    }

    /// What a decoder takes that reads its own head, from what it says.
    mutating func estimate(_ format: ImageFormat) {
        let pixels = Int.claimed(width, height)
        switch format {
        // Planes of brightness and colour, and the same interleaved: 7 bytes a pixel were measured at 8 bits.
        case .heic, .avif: decoderBytes = .claimed(pixels, 2 * bandCount + 2, sampleBytes)
        // Planes of single precision, and the same interleaved: 6 (8 bits) to 26 bytes (32) were measured.
        case .jpegXL: decoderBytes = .claimed(pixels, bandCount, 4 + 2 * sampleBytes)
        default: break
        }
    }
}

/// Why the head of a file makes no picture that can be decoded.
enum HeaderFlaw: Error, Equatable {
    /// The file ends before its head does.
    case cutShort
    /// The head contradicts itself.
    case damaged
    /// The picture is of a kind that is not read, worded to follow the file's name.
    case unsupported(String)
}

/// What a file says that its samples mean.
struct SampleMeaning: Equatable {
    /// Which samples a pixel has.
    enum Bands: Equatable {
        /// As the decoder says: the last of two or four is transparency.
        case decoders
        /// Grey or red, green and blue first; of further ones the last is transparency or not used.
        case colours(hasAlpha: Bool)
        /// Something that libvips converts, such as Lab; a further one is transparency or not used.
        case converted(hasAlpha: Bool)
    }

    var bands = Bands.decoders
    /// The range that the file declares for its samples.
    var declared: ClosedRange<Double>?
    /// Whether the samples may use a small part of their type's range without a word, as 12 bits in 16.
    var mayUseFewBits = false
}
