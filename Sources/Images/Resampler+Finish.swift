extension Resampler {
    /// What becomes of the grey levels 0 to 255: (level - mean) x scale, in an order of channels, mirrored or
    /// not.
    struct Finish {
        let height: Int
        let width: Int
        /// How many values a pixel of the result has.
        let channels: Int
        /// Whether pictures are made grey before they are resampled.
        let isGrey: Bool
        /// Whether the result is mirrored left to right.
        let isMirrored: Bool
        /// Whether the result is mirrored top to bottom.
        let isUpsideDown: Bool
        private let order: Preprocessing.ColorOrder
        private let mean: SIMD3<Float>
        private let scale: SIMD3<Float>
        /// The means and scales of a whole row of the result: loops over them need not count channels.
        private let means: [Float]
        private let scales: [Float]

        /// A finish for results of this size.
        ///
        /// - Parameters:
        ///   - mean: those of red, green and blue, or of grey.
        ///   - scale: as `mean`.
        init(
            mean: [Float], scale: [Float], order: Preprocessing.ColorOrder, height: Int, width: Int,
            isMirrored: Bool = false, isUpsideDown: Bool = false
        ) {
            (self.height, self.width, self.order) = (height, width, order)
            (self.isMirrored, self.isUpsideDown) = (isMirrored, isUpsideDown)
            isGrey = order == .grey
            channels = order.channels
            self.mean = SIMD3(mean[0], mean[channels / 2], mean[channels - 1])
            self.scale = SIMD3(scale[0], scale[channels / 2], scale[channels - 1])
            var (means, scales) = ([Float](), [Float]())
            means.reserveCapacity(3 * width)
            scales.reserveCapacity(3 * width)
            for _ in 0..<width {
                for channel in 0..<3 {
                    means.append(self.mean[channel])
                    scales.append(self.scale[channel])
                }
            }
            (self.means, self.scales) = (means, scales)
        }

        /// A finish that leaves the levels as they are, red first; those of `order` `.grey` three times.
        init(
            levelsOf order: Preprocessing.ColorOrder, height: Int, width: Int, isMirrored: Bool = false,
            isUpsideDown: Bool = false
        ) {
            (self.height, self.width, self.order) = (height, width, .rgb)
            (self.isMirrored, self.isUpsideDown) = (isMirrored, isUpsideDown)
            isGrey = order == .grey
            channels = 3
            (mean, scale) = (.zero, .one)
            means = [Float](repeating: 0, count: 3 * width)
            scales = [Float](repeating: 1, count: 3 * width)
        }

        /// How many values a result has.
        var elementCount: Int { height * width * channels }

        /// Writes row `y`, given its levels, red, green and blue, where it belongs in the result.
        func write(_ levels: UnsafePointer<Float>, row y: Int, into target: UnsafeMutablePointer<Float>) {
            let row = unsafe target + (isUpsideDown ? height - 1 - y : y) * width * channels
            if order == .rgb && !isMirrored {
                unsafe means.withUnsafeBufferPointer { means in
                    unsafe scales.withUnsafeBufferPointer { scales in
                        for index in 0..<(3 &* width) {
                            unsafe row[index] = (levels[index] - means[index]) * scales[index]
                        }
                    }
                }
                return
            }
            let red = order == .bgr ? 2 : 0
            for x in 0..<width {
                let place = isMirrored ? width &- 1 &- x : x
                let level = unsafe levels + 3 &* x
                if channels == 1 {
                    unsafe row[place] = (level[0] - mean[0]) * scale[0]
                } else {
                    let pixel = unsafe row + 3 &* place
                    unsafe pixel[red] = (level[0] - mean[0]) * scale[0]
                    unsafe pixel[1] = (level[1] - mean[1]) * scale[1]
                    unsafe pixel[2 &- red] = (level[2] - mean[2]) * scale[2]
                }
            }
        }
    }
}
