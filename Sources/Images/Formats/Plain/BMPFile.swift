/// A BMP file, which needs no library: libvips reads it only through ImageMagick.
///
/// Source: Microsoft, "Bitmap Storage" and "BITMAPV5HEADER". Pixels of 1, 2, 4, 8, 16, 24 and 32 bits, run
/// lengths of 4 and 8 bits.
struct BMPFile {
    private let file: FileBytes
    private let width: Int
    private let height: Int
    private let isTopDown: Bool
    private let bits: Int
    private let compression: Int
    /// Where the pixels start.
    private let pixels: Int
    private var palette: [(UInt8, UInt8, UInt8)] = []
    private var masks: [Int] = []

    /// Whether a file starts as BMP does.
    static func isStart(of file: FileBytes) -> Bool {
        let file = FileBytes(file.bytes, isLittleEndian: true)
        return file.holds("BM") && [12, 16, 40, 52, 56, 64, 108, 124].contains(file.long(14) ?? 0)
    }

    /// - Throws: ``HeaderFlaw``.
    init(_ given: FileBytes) throws(HeaderFlaw) {
        file = FileBytes(given.bytes, isLittleEndian: true)
        guard let start = file.long(10), let head = file.long(14) else { throw .cutShort }
        let isCore = head == 12
        guard let wide = isCore ? file.short(18) : file.signedLong(18),
            let high = isCore ? file.short(20) : file.signedLong(22), let bits = file.short(isCore ? 24 : 28)
        else { throw .cutShort }
        guard wide > 0, high != 0 else { throw .damaged }
        (width, height, isTopDown) = (wide, abs(high), high < 0)
        self.bits = bits
        compression = head >= 40 ? file.long(30) ?? 0 : 0
        pixels = start
        switch (compression, bits) {
        case (0, 1), (0, 2), (0, 4), (0, 8), (0, 16), (0, 24), (0, 32), (1, 8), (2, 4), (3, 16), (3, 32),
            (6, 16), (6, 32):
            break
        case (4, _), (5, _): throw .unsupported("is a BMP file around a JPEG or PNG picture")
        default: throw .damaged
        }
        if bits <= 8 {
            let size = isCore ? 3 : 4
            let used = head >= 40 ? file.long(46) ?? 0 : 0
            let first = 14 + head
            for index in 0..<(used > 0 ? min(used, 1 << bits) : 1 << bits) {
                let entry = first + index * size
                guard entry + 3 <= pixels, let blue = file.byte(entry), let green = file.byte(entry + 1),
                    let red = file.byte(entry + 2)
                else { break }
                palette.append((UInt8(red), UInt8(green), UInt8(blue)))
            }
        } else if compression == 3 || compression == 6 {
            // Behind a head of 40 bytes, or its next fields: the same place.
            let count = head >= 56 || compression == 6 ? 4 : 3
            masks = (0..<count).compactMap { file.long(54 + 4 * $0) }
            guard masks.count == count else { throw .cutShort }
        } else if bits == 16 {
            masks = [0x7c00, 0x3e0, 0x1f]
        }
    }

    /// What decoding takes.
    var header: PictureHeader {
        var header = PictureHeader(width: width, height: height)
        header.rowsAtATime = 0
        if compression == 1 || compression == 2 { header.decoderBytes = .claimed(width, height) }
        return header
    }

    /// The picture.
    ///
    /// - Throws: ``HeaderFlaw`` where the file ends before the pixels do.
    func decode() throws(HeaderFlaw) -> PixelImage {
        if compression == 1 || compression == 2 { return image(indices: try runs()) }
        let rowSize = (width * bits + 31) / 32 * 4
        // The last row may lack what fills it up to four bytes.
        guard (width * bits + 7) / 8 + rowSize * (height - 1) <= file.count - pixels else { throw .cutShort }
        var samples = [UInt8](repeating: 0, count: 3 * width * height)
        let fields = masks.map(Field.init)
        // A mask for transparency is often there, and nothing is written under it.
        let hasAlpha = fields.count == 4 && hasOpaquePixel(fields[3], rowSize)
        for row in 0..<height {
            let source = pixels + rowSize * (isTopDown ? row : height - 1 - row)
            for column in 0..<width {
                let (red, green, blue) = pixel(source, column, fields, hasAlpha)
                let target = 3 * (row * width + column)
                samples[target] = red
                samples[target + 1] = green
                samples[target + 2] = blue
            }
        }
        return PixelImage(width: width, height: height, samples: samples)
    }

    /// Some bits of a pixel that make a level.
    private struct Field {
        let mask: Int
        let shift: Int
        let greatest: Int

        init(_ mask: Int) {
            self.mask = mask
            shift = mask == 0 ? 0 : mask.trailingZeroBitCount
            greatest = mask >> shift
        }

        func level(_ value: Int) -> Int {
            greatest == 0 ? 0 : ((value & mask) >> shift * 255 + greatest / 2) / greatest
        }
    }

    private func pixel(
        _ row: Int, _ column: Int, _ fields: [Field], _ hasAlpha: Bool
    ) -> (UInt8, UInt8, UInt8) {
        switch bits {
        case _ where bits >= 24 && fields.isEmpty:
            let start = row + column * (bits / 8)
            return (file.bytes[start + 2], file.bytes[start + 1], file.bytes[start])
        case 16, 32:
            let value = file.number(row + column * (bits / 8), bytes: bits / 8) ?? 0
            let alpha = hasAlpha ? fields[3].level(value) : 255
            func over(_ field: Field) -> UInt8 {
                UInt8((field.level(value) * alpha + 255 * (255 - alpha) + 127) / 255)
            }
            return (over(fields[0]), over(fields[1]), over(fields[2]))
        default:
            let bit = column * bits
            let index = Int(file.bytes[row + bit / 8]) >> (8 - bits - bit % 8) & (1 << bits - 1)
            return index < palette.count ? palette[index] : (0, 0, 0)
        }
    }

    private func hasOpaquePixel(_ alpha: Field, _ rowSize: Int) -> Bool {
        guard alpha.mask != 0 else { return false }
        return (0..<height).contains { row in
            (0..<width).contains { column in
                let place = pixels + rowSize * row + column * (bits / 8)
                return (file.number(place, bytes: bits / 8) ?? 0) & alpha.mask != 0
            }
        }
    }

    /// The palette's indices of run lengths, bottom row first.
    private func runs() throws(HeaderFlaw) -> [UInt8] {
        var indices = [UInt8](repeating: 0, count: width * height)
        var (place, column, row) = (pixels, 0, 0)
        func put(_ index: Int) {
            if column < width, row < height { indices[row * width + column] = UInt8(index) }
            column += 1
        }
        while row < height {
            guard let count = file.byte(place), let value = file.byte(place + 1) else {
                // Whatever end a file lacks, its rows are there.
                if row == height - 1 && column >= width { break }
                throw .cutShort
            }
            place += 2
            if count > 0 {
                for index in 0..<count { put(bits == 8 ? value : value >> (index % 2 == 0 ? 4 : 0) & 0xf) }
                continue
            }
            switch value {
            case 0: (column, row) = (0, row + 1)
            case 1: return indices
            case 2:
                guard let right = file.byte(place), let up = file.byte(place + 1) else { throw .cutShort }
                (column, row, place) = (column + right, row + up, place + 2)
            default:
                let size = bits == 8 ? value : (value + 1) / 2
                guard place + size <= file.count else { throw .cutShort }
                for index in 0..<value {
                    let byte = Int(file.bytes[place + (bits == 8 ? index : index / 2)])
                    put(bits == 8 ? byte : byte >> (index % 2 == 0 ? 4 : 0) & 0xf)
                }
                place += (size + 1) / 2 * 2
            }
        }
        return indices
    }

    private func image(indices: [UInt8]) -> PixelImage {
        var samples: [UInt8] = []
        samples.reserveCapacity(3 * width * height)
        for row in 0..<height {
            let start = (isTopDown ? row : height - 1 - row) * width
            for index in indices[start..<start + width] {
                let (red, green, blue) = Int(index) < palette.count ? palette[Int(index)] : (0, 0, 0)
                samples.append(red)
                samples.append(green)
                samples.append(blue)
            }
        }
        return PixelImage(width: width, height: height, samples: samples)
    }
}
