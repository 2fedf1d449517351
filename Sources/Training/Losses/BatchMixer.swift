package import GraftTensors

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Draws how the pictures of batches are blended.
package struct BatchMixer: Sendable {
    private let mixing: Mixing

    /// A mixer.
    package init(_ mixing: Mixing) { self.mixing = mixing }

    /// How the pictures of one batch are blended: one share for all of them, drawn from Beta(alpha, alpha),
    /// and for each the picture that it is blended with, by a random order of the batch.
    ///
    /// The box of CutMix has the sides √(1 − share) of the picture's and its centre anywhere; what lies
    /// outside is cut off, and the share is that of the area that is left (Yun et al., 2019).
    ///
    /// - Parameters:
    ///   - count: the number of pictures.
    ///   - height: of a picture, in pixels.
    ///   - width: of a picture, in pixels.
    package func draw(
        count: Int, height: Int, width: Int, using generator: inout CounterGenerator
    ) -> BatchMix {
        var partners = Array(0..<count)
        generator.shuffle(&partners)
        switch mixing {
        case .mixup(let alpha):
            return BatchMix(partners: partners, share: generator.nextBeta(Double(alpha)))
        case .cutMix(let alpha):
            let side = (1 - Double(generator.nextBeta(Double(alpha)))).squareRoot()
            func range(_ extent: Int) -> Range<Int> {
                let half = Int(Double(extent) * side) / 2
                let centre = generator.next(below: extent)
                return max(centre - half, 0)..<min(centre + half, extent)
            }
            let columns = range(width)
            let rows = range(height)
            let share = 1 - Double(rows.count * columns.count) / Double(height * width)
            return BatchMix(
                partners: partners, share: Float(share), box: BatchMix.Box(rows: rows, columns: columns))
        }
    }
}

extension Mixing {
    /// Checks that the number is possible.
    ///
    /// - Parameter subject: what an error names: "stage joint: the mixing".
    /// - Throws: `TrainingError`.
    package func check(_ subject: String = "the mixing") throws(TrainingError) {
        let alpha =
            switch self {
            case .mixup(let alpha), .cutMix(let alpha): alpha
            }
        guard alpha > 0, alpha.isFinite else {
            throw TrainingError(subject, found: "has alpha \(alpha)", expected: "a number greater than 0")
        }
    }
}

/// How the pictures of one batch are blended.
package struct BatchMix: Sendable, Hashable {
    /// A box in a picture.
    package struct Box: Sendable, Hashable {
        package var rows: Range<Int>
        package var columns: Range<Int>
    }

    /// For each picture, the one it is blended with.
    package var partners: [Int]
    /// How much of each picture itself is left.
    package var share: Float
    /// What the partner fills; the pictures are averaged where it is `nil`.
    package var box: Box?

    /// Blends pictures [partners.count, height, width, channels] in place; further ones stay.
    package func mix(_ pictures: inout MutableSpan<Float>, height: Int, width: Int, channels: Int) {
        let size = height * width * channels
        let originals = (0..<partners.count * size).map { pictures[$0] }
        for (picture, partner) in partners.enumerated() {
            let (target, source) = (picture * size, partner * size)
            guard let box else {
                for place in 0..<size {
                    pictures[target + place] =
                        share * originals[target + place] + (1 - share) * originals[source + place]
                }
                continue
            }
            for row in box.rows {
                let start = (row * width + box.columns.lowerBound) * channels
                for place in start..<start + box.columns.count * channels {
                    pictures[target + place] = originals[source + place]
                }
            }
        }
    }

    /// The blended targets: rows of `width` numbers.
    package func mix(_ targets: BatchTargets, width: Int) -> BatchTargets {
        let rows = targets.rows(width: width)
        var mixed = rows
        for (picture, partner) in partners.enumerated() {
            for column in 0..<width {
                mixed[picture * width + column] =
                    share * rows[picture * width + column] + (1 - share) * rows[partner * width + column]
            }
        }
        return .rows(mixed, count: partners.count)
    }

    /// The blended weights of pictures.
    package func mix(_ weights: [Float]) -> [Float] {
        zip(weights, partners).map { share * $0 + (1 - share) * weights[$1] }
    }
}

extension CounterGenerator {
    /// The next number of Beta(alpha, alpha): a / (a + b) for two numbers of Gamma(alpha).
    mutating func nextBeta(_ alpha: Double) -> Float {
        let (first, second) = (nextGammaLogarithm(alpha), nextGammaLogarithm(alpha))
        return Float(1 / (1 + exp(second - first)))
    }

    /// The logarithm of the next number of Gamma(alpha, 1) (Marsaglia and Tsang, "A simple method for
    /// generating gamma variables", 2000); as a logarithm it does not vanish where alpha is small.
    private mutating func nextGammaLogarithm(_ alpha: Double) -> Double {
        // 1 − u is never 0.
        guard alpha >= 1 else {
            return nextGammaLogarithm(alpha + 1) + log(1 - Double(nextUniform())) / alpha
        }
        let d = alpha - 1.0 / 3
        let c = 1 / (9 * d).squareRoot()
        while true {
            let normal = nextExactNormal()
            let root = 1 + c * normal
            guard root > 0 else { continue }
            let cube = root * root * root
            if log(1 - Double(nextUniform())) < normal * normal / 2 + d - d * cube + d * log(cube) {
                return log(d * cube)
            }
        }
    }

    /// A number of the normal distribution (Box and Muller, 1958): the sum of twelve uniform ones is too
    /// short in the tails for a rejection method.
    private mutating func nextExactNormal() -> Double {
        (-2 * log(1 - Double(nextUniform()))).squareRoot() * cos(2 * Double.pi * Double(nextUniform()))
    }
}
