extension Preprocessing {
    /// The part of a picture that becomes the input.
    package func box(in image: PixelImage) -> PixelBox {
        switch resizeRule {
        case .squash:
            return PixelBox(image)
        case .shorterSide(let side):
            // torchvision: the longer side is rounded down, the crop's offset to the nearest, halves to even.
            let shorter = min(image.width, image.height)
            let scaledWidth = max(side * image.width / shorter, 1)
            let scaledHeight = max(side * image.height / shorter, 1)
            let left = (Double(scaledWidth - width) / 2).rounded(.toNearestOrEven)
            let top = (Double(scaledHeight - height) / 2).rounded(.toNearestOrEven)
            let horizontal = Double(image.width) / Double(scaledWidth)
            let vertical = Double(image.height) / Double(scaledHeight)
            return PixelBox(
                left: left * horizontal, top: top * vertical,
                right: min((left + Double(width)) * horizontal, Double(image.width)),
                bottom: min((top + Double(height)) * vertical, Double(image.height)))
        case .centerBox(let margin):
            // The largest box of the input's proportions, in whole pixels, rounded down as in TensorFlow's
            // code.
            let size = min(width, height)
            let isWide = image.width * height >= image.height * width
            let fullHeight = isWide ? image.height : max(image.width * height / width, 1)
            let fullWidth = isWide ? max(image.height * width / height, 1) : image.width
            let boxHeight = max(fullHeight * size / (size + margin), 1)
            let boxWidth = max(fullWidth * size / (size + margin), 1)
            let top = (image.height - boxHeight + 1) / 2
            let left = (image.width - boxWidth + 1) / 2
            return PixelBox(
                left: Double(left), top: Double(top), right: Double(left + boxWidth),
                bottom: Double(top + boxHeight))
        }
    }
}
