#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// What nearly the same pictures have in common: for each of the 63 lowest frequencies whether its part of the
/// cosine transform is positive.
///
/// Coding, scaling and small changes of colour change few of them. A mirrored picture has the odd frequencies of one
/// axis with the other sign, a transposed one has rows and columns exchanged: so the hashes of all eight symmetries
/// follow from one.
package struct PictureHash: Sendable, Hashable, Codable {
    /// The bit of frequency (u, v), across and down, is 8 v + u; that of the mean is 0.
    package var bits: UInt64

    /// A hash of these bits.
    package init(bits: UInt64) { self.bits = bits }

    /// Pictures are as many pixels wide and high when they are transformed.
    private static let side = 32
    private static let frequencies = 8

    /// The cosine of each frequency at each pixel.
    private static let cosines: [[Float]] = (0..<frequencies).map { frequency in
        (0..<side).map { place in
            Float(cos(Double.pi * Double(frequency) * (Double(place) + 0.5) / Double(side)))
        }
    }

    init(_ grey: GreyLevels) {
        let square = grey.square(Self.side)
        bits = 0
        // The cosine transform, first across.
        let across = (0..<Self.side).map { row in
            Self.cosines.map { cosine in
                cosine.indices.reduce(Float(0)) { $0 + cosine[$1] * square[row * Self.side + $1] }
            }
        }
        for (down, cosine) in Self.cosines.enumerated() {
            for column in 0..<Self.frequencies where (down, column) != (0, 0) {
                let part = cosine.indices.reduce(Float(0)) { $0 + cosine[$1] * across[$1][column] }
                if part > 0 { bits |= 1 << UInt64(8 * down + column) }
            }
        }
    }

    /// The bits of odd frequencies across.
    private static let oddAcross: UInt64 = 0xAAAA_AAAA_AAAA_AAAA
    /// The bits of odd frequencies down.
    private static let oddDown: UInt64 = 0xFF00_FF00_FF00_FF00

    /// The hash of the picture with left and right exchanged.
    package var mirrored: PictureHash { PictureHash(bits: bits ^ Self.oddAcross) }

    /// The hash of the picture with top and bottom exchanged.
    package var flipped: PictureHash { PictureHash(bits: bits ^ Self.oddDown) }

    /// The hash of the picture with rows and columns exchanged.
    package var transposed: PictureHash {
        var result: UInt64 = 0
        for bit in 0..<64 where bits >> UInt64(bit) & 1 == 1 {
            result |= 1 << UInt64(8 * (bit % 8) + bit / 8)
        }
        return PictureHash(bits: result)
    }

    /// The hashes of the picture mirrored and turned in all eight ways, itself first.
    package var symmetries: [PictureHash] {
        [self, transposed].flatMap { [$0, $0.mirrored, $0.flipped, $0.mirrored.flipped] }
    }

    /// In how many bits two differ.
    package func distance(to other: PictureHash) -> Int { (bits ^ other.bits).nonzeroBitCount }
}
