internal import GraftCVips

/// One picture's way through libvips.
struct VipsDecoding {
    let file: FileBytes
    let format: ImageFormat
    /// What the file's head says; `nil` where libvips is to say it.
    var header: PictureHeader?
    let limits: DecodingLimits
    let name: String
    /// Whether the decoder's warnings are failures.
    var isStrict = false

    /// The picture, upright; `nil` where the data cannot be decoded.
    ///
    /// - Throws: ``ImageError`` where it is too large or of a kind that is not read.
    func run() throws(ImageError) -> PixelImage? {
        let result: Result<PixelImage?, ImageError> = unsafe (header?.reduced ?? file.bytes).withUnsafeBytes {
            bytes in
            Result { () throws(ImageError) in try unsafe run(bytes) }
        }
        return try result.get()
    }

    private func open(_ bytes: UnsafeRawBufferPointer) -> VipsPicture? {
        unsafe VipsPicture(
            bytes, format: format, failOn: isStrict ? VIPS_FAIL_ON_WARNING : VIPS_FAIL_ON_ERROR)
    }

    private func run(_ bytes: UnsafeRawBufferPointer) throws(ImageError) -> PixelImage? {
        guard let picture = unsafe open(bytes) else { return nil }
        let need = limits.need(try checked(picture), fileSize: file.count)
        DecodingGate.shared.enter(need)
        defer { DecodingGate.shared.leave(need) }
        do throws(HeaderFlaw) {
            let type = picture.sampleType
            let meaning = header?.meaning ?? SampleMeaning()
            let isPlain = picture.isGreyOrRGB || meaning.bands.isColours
            if let type, isPlain {
                guard
                    let layout = SampleLayout(
                        bandCount: picture.bandCount, hasAlpha: meaning.bands.lastIsAlpha)
                else { throw .unsupported("has \(picture.bandCount) bands") }
                return try unsafe scaled(picture, bytes, type, layout, meaning)
            }
            if picture.isPlainCMYK {
                return pixels(of: picture, .levels, .uint8, SampleLayout(.cmyk, bandCount: 4))?.image
            }
            if type == .float || type == .double {
                let every = SampleLayout(.rgb, bandCount: picture.bandCount)
                guard let found = unsafe range(bytes, .float, every) else { return nil }
                guard !found.hasOthers else {
                    throw .unsupported("has samples that are no numbers or infinite")
                }
            }
            guard let converted = picture.convertedToRGB(),
                let layout = SampleLayout(
                    bandCount: converted.bandCount, hasAlpha: meaning.bands.lastIsAlpha)
            else { throw .unsupported("has colours that libvips cannot convert") }
            return pixels(of: converted, .levels, .uint8, layout)?.image
        } catch {
            throw error.about(name, format)
        }
    }

    /// Holds what libvips says to the limits, where it says more than the file's head.
    private func checked(_ picture: VipsPicture) throws(ImageError) -> PictureHeader {
        var actual = header ?? PictureHeader(width: picture.width, height: picture.height)
        let isKnown = header != nil && actual.width >= picture.width && actual.height >= picture.height
        guard !isKnown else { return actual }
        (actual.width, actual.height) = (picture.width, picture.height)
        actual.bandCount = picture.bandCount
        actual.sampleBytes = picture.sampleType?.size ?? 4
        actual.estimate(format)
        try limits.check(actual, fileSize: file.count, name: name)
        return actual
    }

    /// The picture of samples that have to be scaled first; those without a declared range are read twice.
    private func scaled(
        _ picture: VipsPicture, _ bytes: UnsafeRawBufferPointer, _ type: SampleType, _ layout: SampleLayout,
        _ meaning: SampleMeaning
    ) throws(HeaderFlaw) -> PixelImage? {
        if let scale = SampleScale(type, meaning), type != .float, type != .double {
            guard let (image, greatest) = pixels(of: picture, scale, type, layout) else { return nil }
            // Levels below 16 of 255: nearly black.
            if let greatest, meaning.mayUseFewBits, (1..<4096).contains(greatest) {
                throw .unsupported(
                    SampleScale.words(type, SampleRange(least: 0, greatest: Double(greatest))))
            }
            return image
        }
        guard let values = unsafe range(bytes, type, layout) else { return nil }
        let declared = values.hasOthers ? nil : SampleScale(type, meaning)
        let scale: SampleScale
        if let declared { scale = declared } else { scale = try SampleScale(type, values: values) }
        return pixels(of: picture, scale, type, layout)?.image
    }

    /// The values of a picture, which is opened anew: rows can be read once only.
    private func range(_ bytes: UnsafeRawBufferPointer, _ type: SampleType, _ layout: SampleLayout)
        -> SampleRange?
    {
        guard let picture = unsafe open(bytes) else { return nil }
        var found = SampleRange()
        var values = [Double](repeating: 0, count: picture.width * picture.bandCount)
        let isWhole = unsafe picture.readRows { row, _ in
            unsafe type.read(row, into: &values)
            found.add(values, bandCount: picture.bandCount, used: min(layout.colourCount, picture.bandCount))
        }
        return isWhole ? found : nil
    }

    /// Decodes row by row, each to where it belongs; with the greatest sample where only upper bytes are used.
    private func pixels(
        of picture: VipsPicture, _ scale: SampleScale, _ type: SampleType, _ layout: SampleLayout
    ) -> (image: PixelImage, greatest: UInt16?)? {
        let (width, height) = (picture.width, picture.height)
        let target = UprightRows(width: width, height: height, orientation: picture.orientation)
        var row = LevelRow(width: width, scale, type, layout, isTurned: !target.isPlain)
        var isWhole = false
        let samples = unsafe [UInt8](unsafeUninitializedCapacity: 3 * width * height) { buffer, count in
            guard let start = buffer.baseAddress else { return }
            isWhole = unsafe picture.readRows { samples, index in
                if target.isPlain {
                    unsafe row.convert(samples, into: start + 3 * width * index)
                } else {
                    unsafe row.convert(samples) { line in
                        unsafe target.put(line, count: width, index: index, into: start)
                    }
                }
            }
            count = isWhole ? 3 * width * height : 0
        }
        guard isWhole else { return nil }
        return (PixelImage(width: target.width, height: target.height, samples: samples), row.greatest)
    }
}

extension SampleMeaning.Bands {
    /// Whether the samples are grey or red, green and blue whatever libvips takes them for.
    fileprivate var isColours: Bool { if case .colours = self { true } else { false } }

    /// Whether the last of two or four bands is transparency.
    fileprivate var lastIsAlpha: Bool {
        switch self {
        case .decoders: true
        case .colours(let hasAlpha), .converted(let hasAlpha): hasAlpha
        }
    }
}
