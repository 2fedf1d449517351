internal import GraftImages

/// Small pictures for pages.
enum Thumbnail {
    /// The middle of a picture with this side, as a JPEG file; `nil` where it cannot be encoded.
    static func middle(of image: PixelImage, side: Int) -> [UInt8]? {
        guard
            let frame = try? Preprocessing(
                height: side, width: side, resizeRule: .centerBox(margin: 0), interpolation: .bilinear,
                mean: [0, 0, 0], scale: [1, 1, 1])
        else { return nil }
        return try? ImageEncoder().encoded(frame.view(of: image), as: .jpeg)
    }

    /// The whole picture with this longer side, as a JPEG file; `nil` where it cannot be encoded.
    static func whole(_ image: PixelImage, side: Int) -> [UInt8]? {
        let scale = min(Double(side) / Double(max(image.width, image.height)), 1)
        func extent(_ extent: Int) -> Int { max(Int((Double(extent) * scale).rounded()), 1) }
        guard
            let frame = try? Preprocessing(
                height: extent(image.height), width: extent(image.width), resizeRule: .squash,
                interpolation: .bilinear, mean: [0, 0, 0], scale: [1, 1, 1])
        else { return nil }
        return try? ImageEncoder().encoded(frame.view(of: image), as: .jpeg)
    }
}
