internal import GraftFiles
internal import GraftImages

/// Pictures of one size at equal distances in memory: grey, or with a plane each for red, green and blue.
final class PixelArray: Sendable {
    let width: Int
    let height: Int
    private let planes: Int
    private let bytes: [UInt8]
    private let offset: Int
    private let stride: Int

    /// Pictures of which the first starts at `offset` and each of the next `stride` bytes later, or right
    /// behind.
    ///
    /// - Precondition: width and height are positive, and there are 1 or 3 planes.
    init(width: Int, height: Int, planes: Int = 1, bytes: [UInt8], offset: Int, stride: Int? = nil) {
        precondition(width > 0 && height > 0 && (planes == 1 || planes == 3))
        self.width = width
        self.height = height
        self.planes = planes
        self.bytes = bytes
        self.offset = offset
        self.stride = stride ?? planes * width * height
    }

    private func pixels(at index: Int) -> ArraySlice<UInt8> {
        let start = offset + index * stride
        return bytes[start..<(start + planes * width * height)]
    }

    func image(at index: Int) -> PixelImage {
        let pixels = pixels(at: index)
        guard planes == 3 else { return PixelImage(width: width, height: height, grey: pixels) }
        let plane = width * height
        var samples: [UInt8] = []
        samples.reserveCapacity(3 * plane)
        for pixel in pixels.startIndex..<(pixels.startIndex + plane) {
            samples.append(pixels[pixel])
            samples.append(pixels[pixel + plane])
            samples.append(pixels[pixel + 2 * plane])
        }
        return PixelImage(width: width, height: height, samples: samples)
    }

    /// The digest of the size and the pixels.
    func digest(at index: Int) -> SHA256Digest {
        let size = planes == 1 ? "\(width)x\(height) " : "\(width)x\(height)x\(planes) "
        return SHA256Digest(of: Array(size.utf8) + pixels(at: index))
    }
}
