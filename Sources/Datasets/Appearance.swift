internal import GraftFiles
package import GraftImages

/// What a decoded picture is like, in a few numbers that can be kept of every picture.
package struct Appearance: Sendable, Hashable {
    /// What pictures of the same size and the same pixels have in common, whatever their files are.
    package let pixels: UInt64
    /// How far the pixels differ.
    package let contrast: PixelImage.Contrast
    /// Its extents, its levels, its edges.
    package let properties: PictureProperties

    /// What a picture is like, from what was kept of it.
    package init(pixels: UInt64, contrast: PixelImage.Contrast, properties: PictureProperties) {
        self.pixels = pixels
        self.contrast = contrast
        self.properties = properties
    }

    /// What `image` is like.
    package init(_ image: PixelImage) {
        let size = FastChecksum.checksum(Array("\(image.width) x \(image.height)".utf8))
        self.init(
            pixels: FastChecksum.checksum(image.samples, seed: size), contrast: image.contrast,
            properties: PictureProperties(image))
    }
}
