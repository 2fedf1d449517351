internal import GraftFiles
internal import GraftImages

/// What copies of one photo have in common whose files differ in what is written beside the pixels: in Exif
/// data, a colour profile, a comment.
///
/// It is told without decoding, so that it is the same whether a picture's features are cached or not: by the
/// headers that say how the pixels are coded, and by how long the coded pixels are, how they begin and end.
enum Likeness {
    /// How much of the coded pixels is looked at, at either end.
    private static let sampleSize = 64 << 10

    /// The digest of that; `nil` where the format has no such parts, or the file is not whole.
    static func digest(of bytes: [UInt8], _ format: ImageFormat) -> SHA256Digest? {
        let parts: (headers: [Range<Int>], pixels: [Range<Int>])?
        switch format {
        case .jpeg: parts = jpeg(bytes)
        case .png: parts = png(bytes)
        default: parts = nil
        }
        guard let (headers, pixels) = parts, !pixels.isEmpty else { return nil }
        let count = pixels.reduce(0) { $0 + $1.count }
        var text = Array("\(format.rawValue) \(count) ".utf8)
        for range in headers { text += bytes[range] }
        text += sample(pixels, of: bytes)
        text += sample(pixels.reversed(), of: bytes, fromEnd: true)
        return SHA256Digest(of: text)
    }

    private static func sample(
        _ ranges: [Range<Int>], of bytes: [UInt8], fromEnd: Bool = false
    ) -> [UInt8] {
        var result: [UInt8] = []
        for range in ranges where result.count < sampleSize {
            let room = sampleSize - result.count
            result += fromEnd ? bytes[range].suffix(room) : bytes[range].prefix(room)
        }
        return result
    }

    /// The segments of a JPEG but for those of programs and comments, and its scans. Adobe's segment stays:
    /// it says how colours are coded. (ITU-T T.81, annex B.)
    private static func jpeg(_ bytes: [UInt8]) -> (headers: [Range<Int>], pixels: [Range<Int>])? {
        var headers: [Range<Int>] = []
        var place = 2
        while place + 4 <= bytes.count, bytes[place] == 0xff {
            let marker = bytes[place + 1]
            // A marker may have more of its first byte before it.
            if marker == 0xff {
                place += 1
                continue
            }
            if marker == 0xda { return (headers, [place..<bytes.count]) }
            let length = Int(bytes[place + 2]) << 8 | Int(bytes[place + 3])
            let end = place + 2 + length
            guard length >= 2, end <= bytes.count else { return nil }
            let isBeside = (0xe0...0xef).contains(marker) && marker != 0xee || marker == 0xfe
            if !isBeside { headers.append(place..<end) }
            place = end
        }
        return nil
    }

    /// The chunks of a PNG that say what its pixels are, and those of the pixels. (PNG, third edition, 5.)
    private static func png(_ bytes: [UInt8]) -> (headers: [Range<Int>], pixels: [Range<Int>])? {
        var (headers, pixels): ([Range<Int>], [Range<Int>]) = ([], [])
        var place = 8
        while place + 12 <= bytes.count {
            let length = bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
            let end = place + 12 + length
            guard end <= bytes.count else { return nil }
            let content = place + 8..<end - 4
            switch String(decoding: bytes[place + 4..<place + 8], as: UTF8.self) {
            case "IHDR", "PLTE", "tRNS": headers.append(content)
            case "IDAT": pixels.append(content)
            case "IEND": return (headers, pixels)
            default: break
            }
            place = end
        }
        return nil
    }
}
