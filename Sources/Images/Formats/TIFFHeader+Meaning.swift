/// What the samples of a TIFF file mean.
extension TIFFHeader {
    /// How the samples of a pixel are written.
    struct SampleKind: Equatable {
        var bits: Int
        var isFloat = false
        var isSigned = false
    }

    /// Refuses what holds the preview of a picture, or the mosaic of a sensor.
    func requirePicture() throws(HeaderFlaw) {
        let isMosaic = [32_803, 34_892].contains(number(.photometric) ?? 1)
        // A first page that is the smaller copy of another, which stands in a page below it.
        let isPreview = (number(.subfileType) ?? 0) & 1 == 1 && !numbers(.subFiles).isEmpty
        if isMosaic || isPreview || !numbers(.dngVersion).isEmpty {
            throw .unsupported(ForeignFormat.rawWords)
        }
    }

    /// - Throws: ``HeaderFlaw`` where libvips does not read such samples.
    func sampleKind() throws(HeaderFlaw) -> SampleKind {
        let widths = numbers(.bitsPerSample)
        let first = widths.first ?? 1
        guard widths.allSatisfy({ $0 == first }), let bits = Int(exactly: first) else {
            throw .unsupported("has samples of different numbers of bits")
        }
        switch number(.sampleFormat) ?? 1 {
        case 3:
            guard bits == 32 else { throw .unsupported("has \(bits)-bit floating-point samples") }
            return SampleKind(bits: bits, isFloat: true)
        case 5, 6: throw .unsupported("has complex numbers as samples")
        case 2:
            guard [8, 16, 32].contains(bits) else { throw .unsupported("has \(bits)-bit samples") }
            return SampleKind(bits: bits, isSigned: true)
        default:
            guard [1, 2, 4, 8, 16, 32].contains(bits) else {
                throw .unsupported("has \(bits)-bit samples")
            }
            return SampleKind(bits: bits)
        }
    }

    /// Which bands there are, and their range.
    func meaning(
        _ kind: SampleKind, bands: Int, photometric: Int
    ) throws(HeaderFlaw) -> SampleMeaning {
        var meaning = SampleMeaning()
        let extra = numbers(.extraSamples)
        // Only what the file calls transparency is that; the place is counted from the last sample on.
        let place = extra.firstIndex { $0 == 1 || $0 == 2 }.map { bands - extra.count + $0 }
        guard [0, 1, 2].contains(photometric) else {
            meaning.bands = .converted(hasAlpha: place != nil)
            let most = [3: 2, 5: 5, 6: 3, 8: 4, 9: 4, 10: 4][photometric] ?? 4
            guard bands <= most else { throw .unsupported("has \(bands) bands") }
            return meaning
        }
        guard bands <= 4 else { throw .unsupported("has \(bands) bands") }
        meaning.bands = .colours(hasAlpha: place == bands - 1 && (bands == 2 || bands == 4))
        if kind.bits > 8 || kind.isSigned { meaning.declared = try declaredRange(kind) }
        // White may be written as zero; libvips turns whole numbers without a sign round.
        if photometric == 0, meaning.declared != nil || kind.isFloat || kind.isSigned || kind.bits > 16 {
            throw .unsupported("has samples whose zero is white, and not 8 or 16 bits of them")
        }
        meaning.mayUseFewBits = meaning.declared == nil
        return meaning
    }

    /// The range that the file declares: of whole numbers as many bits as the largest needs, for it may be
    /// the largest that there is in this one picture.
    private func declaredRange(_ kind: SampleKind) throws(HeaderFlaw) -> ClosedRange<Double>? {
        let highs = numbers(.sampleMaximum).isEmpty ? numbers(.maximum) : numbers(.sampleMaximum)
        let lows = numbers(.sampleMinimum).isEmpty ? numbers(.minimum) : numbers(.sampleMinimum)
        guard let high = highs.max(), high.isFinite else { return nil }
        let low = lows.min() ?? 0
        guard low.isFinite, low < high else { return nil }
        if kind.isFloat || low < 0 { return low...high }
        let bits = kind.isSigned ? kind.bits - 1 : kind.bits
        var limit = 255.0
        while limit < high { limit = limit * 2 + 1 }
        // What fills the type says nothing new.
        return limit >= Double(UInt64(1) << UInt64(bits) - 1) ? nil : 0...limit
    }
}
