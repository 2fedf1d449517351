internal import GraftFiles
package import GraftTensors

/// Pictures side by side in rows, to be looked at: what a network sees of a picture, and of it changed at
/// random.
package struct ContactSheet: Sendable {
    /// The pictures of each row; all have one size.
    package private(set) var rows: [[PixelImage]] = []
    private let preprocessing: Preprocessing
    private let variants: Int

    /// The level of the white between pictures.
    private static let background: UInt8 = 255
    /// The pixels between pictures.
    private static let gap = 6
    /// The pixels between a row's first picture and the others.
    private static let wideGap = 18

    /// An empty sheet for the inputs of a network.
    ///
    /// - Parameters:
    ///   - preprocessing: how pictures become a network's input, which is what is drawn.
    ///   - rows: how many there will be.
    ///   - variants: how many changed pictures each row has.
    /// - Throws: ``ImageError`` where that makes more pixels than a picture may have.
    package init(preprocessing: Preprocessing, rows: Int, variants: Int) throws(ImageError) {
        self.preprocessing = preprocessing
        self.variants = max(variants, 0)
        let limit = DecodingLimits.usualPixelCount / (preprocessing.height * preprocessing.width) / 2
        guard rows <= limit / (self.variants + 1) else {
            let found =
                "of \(rows) x \(self.variants + 1) pictures of \(preprocessing.width) x "
                + "\(preprocessing.height) pixels is too large"
            throw ImageError(
                .unwritable, Problem("A sheet", found: found, remedy: "Show fewer pictures or variants"))
        }
    }

    /// Adds a row: a picture as the network sees it, then changed at random.
    ///
    /// - Parameters:
    ///   - image: the picture.
    ///   - augmentation: how it is changed.
    ///   - generator: what they are drawn from.
    package mutating func add(
        _ image: PixelImage, changedBy augmentation: Augmentation, generator: inout CounterGenerator
    ) {
        let resampler = Resampler()
        var row: [PixelImage] = []
        for index in 0...variants {
            var values = [Float](repeating: 0, count: preprocessing.elementCount)
            var input = values.mutableSpan
            preprocessing.write(
                image, into: &input, slot: 0, using: resampler,
                augmentedBy: index == 0 ? .none : augmentation, generator: &generator)
            row.append(preprocessing.picture(ofInput: values).enlarged())
        }
        rows.append(row)
    }

    /// The sheet: white between pictures, with a wider gap behind each row's first.
    ///
    /// A sheet without rows is one white pixel.
    package var image: PixelImage {
        guard let first = rows.first?.first, let columns = rows.map(\.count).max() else {
            return PixelImage(width: 1, height: 1, grey: [Self.background])
        }
        func left(_ column: Int) -> Int {
            Self.gap + column * (first.width + Self.gap) + (column > 0 ? Self.wideGap - Self.gap : 0)
        }
        let width = left(columns - 1) + first.width + Self.gap
        let height = Self.gap + rows.count * (first.height + Self.gap)
        var samples = [UInt8](repeating: Self.background, count: 3 * width * height)
        for (row, pictures) in rows.enumerated() {
            let top = Self.gap + row * (first.height + Self.gap)
            for (column, picture) in pictures.enumerated() {
                for y in 0..<picture.height {
                    let start = 3 * ((top + y) * width + left(column))
                    let line = picture.samples[3 * y * picture.width..<3 * (y + 1) * picture.width]
                    samples.replaceSubrange(start..<start + line.count, with: line)
                }
            }
        }
        return PixelImage(width: width, height: height, samples: samples)
    }
}

extension Preprocessing {
    /// What a network sees of a picture.
    package func view(of image: PixelImage) -> PixelImage { picture(ofInput: tensor(of: image).floats) }

    /// The picture that an input [height, width, channels] shows, to the nearest levels.
    ///
    /// - Precondition: there are ``elementCount`` values.
    package func picture(ofInput values: [Float]) -> PixelImage {
        precondition(values.count == elementCount)
        var samples: [UInt8] = []
        samples.reserveCapacity(3 * height * width)
        for pixel in 0..<height * width {
            for channel in 0..<3 {
                let place = channels == 1 ? 0 : colorOrder == .bgr ? 2 - channel : channel
                let part = min(channel, channels - 1)
                let level = values[pixel * channels + place] / scale[part] + mean[part]
                samples.append(UInt8(min(max(level, 0), 255).rounded()))
            }
        }
        return PixelImage(width: width, height: height, samples: samples)
    }
}

extension PixelImage {
    /// A small picture with each pixel repeated until it can be seen, at least 112 pixels large; others as
    /// they are.
    fileprivate func enlarged() -> PixelImage {
        let factor = (112 + max(width, height) - 1) / max(width, height)
        guard factor > 1 else { return self }
        var samples: [UInt8] = []
        samples.reserveCapacity(self.samples.count * factor * factor)
        for y in 0..<height * factor {
            for x in 0..<width * factor {
                let start = 3 * (y / factor * width + x / factor)
                samples += self.samples[start..<start + 3]
            }
        }
        return PixelImage(width: width * factor, height: height * factor, samples: samples)
    }
}
