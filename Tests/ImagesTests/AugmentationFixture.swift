import GraftFiles
import GraftImages

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Conformance/Fixtures/augmentation.json, made by Conformance/augmentation.py.
struct AugmentationFixture: Decodable {
    struct Colours: Decodable, Sendable, CustomStringConvertible {
        let operation: String
        let value: Float
        /// Every fifth level of torchvision's result.
        let levels: [Float]
        var description: String { "\(operation) \(value)" }
    }

    struct Grey: Decodable, Sendable, CustomStringConvertible {
        let width: Int
        let height: Int
        let interpolation: Interpolation
        let levels: [Float]
        var description: String { "\(width) x \(height) \(interpolation.rawValue)" }
    }

    let colours: [Colours]
    let grey: [Grey]

    static let all = try? JSONDecoder().decode(
        AugmentationFixture.self,
        from: Data(FileContents.read(Fixtures.root + "/Conformance/Fixtures/augmentation.json")))

    /// The picture that the results are of.
    static func picture() throws -> PixelImage {
        PixelImage(width: 61, height: 47, samples: try Fixtures.bytes("source.rgb"))
            .cropped(left: 0, top: 0, width: 24, height: 18)
    }
}
