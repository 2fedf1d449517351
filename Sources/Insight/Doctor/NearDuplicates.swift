internal import GraftDatasets
package import GraftImages

/// Pairs of pictures that are nearly the same, perhaps mirrored or turned.
///
/// Their hashes say which may be; then both are decoded and compared pixel by pixel, so that pictures that are only
/// alike, as digits on black are, make no pair.
package struct NearDuplicates: Sendable {
    /// Two pictures.
    package struct Pair: Sendable, Hashable {
        /// The positions of the pictures.
        package var first: Int
        package var second: Int
        /// In how many of 63 bits their hashes differ.
        package var distance: Int
        /// How the second one lies: 0 as the first, 1 to 7 mirrored or turned.
        package var symmetry: Int
    }

    /// Hashes of the same picture differ in no more bits.
    private static let greatestDistance = 8
    /// With more pictures all pairs take too long.
    private static let mostPictures = 30_000
    /// The correlation of the pixels from which on pictures are nearly the same.
    private static let leastCorrelation: Float = 0.96
    /// No more pairs are decoded.
    private static let mostPairs = 4000

    /// Pairs whose hashes are alike.
    package static func candidates(_ hashes: [PictureHash?]) -> [Pair] {
        let known = hashes.indices.filter { hashes[$0] != nil }
        guard known.count <= mostPictures else { return [] }
        let bits = known.compactMap { hashes[$0]?.bits }
        var pairs: [Pair] = []
        for (place, position) in known.enumerated() {
            guard let symmetries = hashes[position]?.symmetries.map(\.bits) else { continue }
            for later in place + 1..<max(known.count, place + 1) {
                for (symmetry, own) in symmetries.enumerated() {
                    let distance = (own ^ bits[later]).nonzeroBitCount
                    guard distance <= greatestDistance else { continue }
                    pairs.append(
                        Pair(first: position, second: known[later], distance: distance, symmetry: symmetry))
                    break
                }
            }
        }
        return Array(pairs.sorted { ($0.distance, $0.first) < ($1.distance, $1.first) }.prefix(mostPairs))
    }

    /// Whether two pictures are nearly the same where the first is mirrored or turned as a pair says.
    package static func areAlike(_ first: PixelImage, _ second: PixelImage, symmetry: Int) -> Bool {
        let (left, right) = (first.thumbnailLevels(symmetry: symmetry), second.thumbnailLevels(symmetry: 0))
        return correlation(left, right) >= leastCorrelation
    }

    private static func correlation(_ left: [Float], _ right: [Float]) -> Float {
        let count = Float(max(left.count, 1))
        let (meanLeft, meanRight) = (left.reduce(0, +) / count, right.reduce(0, +) / count)
        var (both, squaresLeft, squaresRight): (Float, Float, Float) = (0, 0, 0)
        for (one, other) in zip(left, right) {
            both += (one - meanLeft) * (other - meanRight)
            squaresLeft += (one - meanLeft) * (one - meanLeft)
            squaresRight += (other - meanRight) * (other - meanRight)
        }
        let size = (squaresLeft * squaresRight).squareRoot()
        return size > 0 ? both / size : 0
    }
}
