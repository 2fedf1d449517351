package import GraftImages

/// Where in a picture the evidence for a class is: how much each place of the last feature map adds to the class's
/// score, places that speak against it as 0.
package struct ClassMap: Sendable, Hashable {
    /// The number of rows.
    package let height: Int
    /// The number of columns.
    package let width: Int
    /// Row-major; nothing is negative.
    package let values: [Float]

    /// A map of these values; what is negative counts as 0.
    package init(height: Int, width: Int, values: [Float]) {
        (self.height, self.width) = (height, width)
        self.values = values.map { max($0, 0) }
    }

    /// The values as parts of the greatest; all 0 where that is.
    package var parts: [Float] {
        let greatest = values.max() ?? 0
        return greatest > 0 && greatest.isFinite ? values.map { $0 / greatest } : values.map { _ in 0 }
    }

    /// The part at a place of a picture that the map covers, between those of the nearest places.
    private func part(_ parts: [Float], _ row: Float, _ column: Float) -> Float {
        let (down, across) = (min(max(row, 0), Float(height - 1)), min(max(column, 0), Float(width - 1)))
        let (top, left) = (Int(down), Int(across))
        let (bottom, right) = (min(top + 1, height - 1), min(left + 1, width - 1))
        let (low, far) = (down - Float(top), across - Float(left))
        let upper = parts[top * width + left] * (1 - far) + parts[top * width + right] * far
        let lower = parts[bottom * width + left] * (1 - far) + parts[bottom * width + right] * far
        return upper * (1 - low) + lower * low
    }

    /// A picture with the map over it: dark where there is no evidence, red to yellow where there is most.
    ///
    /// - Parameter image: what the network sees, all of which the map covers.
    package func overlay(on image: PixelImage) -> PixelImage {
        let parts = parts
        var samples: [UInt8] = []
        samples.reserveCapacity(image.samples.count)
        for row in 0..<image.height {
            let down = (Float(row) + 0.5) * Float(height) / Float(image.height) - 0.5
            for column in 0..<image.width {
                let across = (Float(column) + 0.5) * Float(width) / Float(image.width) - 0.5
                let part = part(parts, down, across)
                let colour: [Float] = [255, 210 * max(2 * part - 1, 0), 0]
                for channel in 0..<3 {
                    let level = Float(image.samples[3 * (row * image.width + column) + channel])
                    let mixed =
                        level * (0.45 + 0.55 * (1 - part)) * (1 - 0.6 * part) + colour[channel] * 0.6 * part
                    samples.append(UInt8(min(max(mixed, 0), 255)))
                }
            }
        }
        return PixelImage(width: image.width, height: image.height, samples: samples)
    }
}
