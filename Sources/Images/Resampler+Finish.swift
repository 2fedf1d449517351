extension Resampler {
    /// What becomes of the grey levels 0 to 255: (level - mean) x scale, in an order of channels.
    struct Finish {
        /// Whether blue comes first.
        let isReversed: Bool
        /// The means and scales of a whole row of the result: loops over them need not count channels.
        private let means: [Float]
        private let scales: [Float]

        /// A finish for rows of so many pixels; mean and scale are those of red, green and blue.
        init(mean: SIMD3<Float>, scale: SIMD3<Float>, isReversed: Bool, width: Int) {
            self.isReversed = isReversed
            let order = isReversed ? [2, 1, 0] : [0, 1, 2]
            means = (0..<(3 * width)).map { mean[order[$0 % 3]] }
            scales = (0..<(3 * width)).map { scale[order[$0 % 3]] }
        }

        /// Writes a finished row of `count` values.
        func write(_ levels: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, count: Int) {
            unsafe means.withUnsafeBufferPointer { means in
                unsafe scales.withUnsafeBufferPointer { scales in
                    for index in 0..<count {
                        unsafe target[index] = (levels[index] - means[index]) * scales[index]
                    }
                }
            }
        }
    }
}
