internal import Files
internal import Images

/// Grey pictures of one size, one behind the other in memory.
final class PixelArray: Sendable {
    let width: Int
    let height: Int
    private let bytes: [UInt8]
    private let offset: Int

    /// Pictures that start at `offset`.
    ///
    /// - Precondition: width and height are positive.
    init(width: Int, height: Int, bytes: [UInt8], offset: Int) {
        self.width = width
        self.height = height
        self.bytes = bytes
        self.offset = offset
    }

    private func pixels(at index: Int) -> ArraySlice<UInt8> {
        let start = offset + index * width * height
        return bytes[start..<(start + width * height)]
    }

    func image(at index: Int) -> PixelImage {
        PixelImage(width: width, height: height, grey: pixels(at: index))
    }

    /// The digest of the size and the pixels.
    func digest(at index: Int) -> SHA256Digest {
        SHA256Digest(of: Array("\(width)x\(height) ".utf8) + pixels(at: index))
    }
}
