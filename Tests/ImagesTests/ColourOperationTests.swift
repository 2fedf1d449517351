import GraftImages
import Testing

@Suite struct ColourOperationTests {
    @Test func fixturesAreHere() {
        #expect(AugmentationFixture.all?.colours.count == 20)
        #expect(AugmentationFixture.all?.grey.count == 6)
    }

    @Test(arguments: AugmentationFixture.all?.colours ?? [])
    func operationsAreTorchvisions(fixture: AugmentationFixture.Colours) throws {
        let operation: ColourOperation =
            switch fixture.operation {
            case "brightness": .brightness(fixture.value)
            case "contrast": .contrast(fixture.value)
            case "saturation": .saturation(fixture.value)
            case "hue": .hue(fixture.value)
            case "sharpness": .sharpness(fixture.value)
            case "solarize": .solarize(from: fixture.value)
            case "posterize": .posterize(bits: Int(fixture.value))
            case "autoContrast": .autoContrast
            case "equalize": .equalize
            default: throw UnknownOperation(name: fixture.operation)
            }
        let levels = operation.applied(to: try AugmentationFixture.picture())
        // torchvision rounds stretched bytes down.
        let tolerance: Float = fixture.operation == "autoContrast" ? 1 : 0.01
        for (index, expected) in fixture.levels.enumerated() {
            #expect(abs(levels[5 * index] - expected) <= tolerance, "level \(5 * index)")
        }
    }

    private struct UnknownOperation: Error { let name: String }

    @Test func factorsOfOneAndNoTurnChangeNothing() throws {
        let picture = try AugmentationFixture.picture()
        for operation in [
            ColourOperation.brightness(1), .contrast(1), .saturation(1), .hue(0), .sharpness(1),
            .posterize(bits: 8),
        ] {
            let levels = operation.applied(to: picture)
            for (level, sample) in zip(levels, picture.samples) {
                #expect(abs(level - Float(sample)) < 0.001, "\(operation)")
            }
        }
    }

    @Test func flatAndTinyPicturesAreNoProblem() {
        for (width, height) in [(1, 1), (2, 1), (1, 3), (5, 5)] {
            let picture = PixelImage(
                width: width, height: height, grey: [UInt8](repeating: 90, count: width * height))
            // The weights of grey sum to 0.9999.
            for operation in [
                ColourOperation.contrast(0.2), .saturation(3), .hue(0.4), .sharpness(2), .autoContrast,
                .equalize,
            ] {
                #expect(
                    operation.applied(to: picture).allSatisfy { abs($0 - 90) < 0.02 },
                    "\(operation) on \(picture)")
            }
        }
    }
}
