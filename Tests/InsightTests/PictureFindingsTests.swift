import GraftDatasets
import GraftImages
import GraftTensors
import Testing

@testable import GraftInsight

@Suite struct PictureFindingsTests {
    private func properties(
        width: Int = 100, brightness: Float = 120, lightest: Float = 240, sharpness: Float = 20,
        isGrey: Bool = false
    ) -> PictureProperties {
        PictureProperties(
            width: width, height: 80, isGrey: isGrey, darkest: 5, brightness: brightness, lightest: lightest,
            entropy: 7, sharpness: sharpness, border: 90, borderDeviation: 30, hash: PictureHash(bits: 0))
    }

    private func revealing(_ pictures: [PictureProperties], _ labels: [Int]) -> [String] {
        RevealingProperties.findings(
            pictures.map { ($0, ImageFormat.jpeg) }, labels: labels, classes: ["a", "b"],
            folds: Folds(labels: labels, groups: Array(labels.indices), count: 5)
        ).map(\.message)
    }

    @Test func propertyThatTellsTheClassIsTold() {
        var generator = CounterGenerator(seed: 1)
        let labels = (0..<100).map { $0 % 2 }
        let pictures = labels.map { label in
            properties(brightness: (label == 0 ? 60 : 160) + 20 * generator.nextUniform())
        }
        let found = revealing(pictures, labels)
        #expect(found.count == 1)
        #expect(found[0].hasPrefix("The brightness alone tells the class of "))
        #expect(found[0].contains(" of 100 pictures (the largest class has 50)"))
        let sizes = labels.map { properties(width: $0 == 0 ? 640 : 500) }
        #expect(revealing(sizes, labels).count == 2)
        let grey = labels.map { properties(isGrey: $0 == 0) }
        #expect(revealing(grey, labels).first?.hasPrefix("The colour or grey alone") == true)
    }

    @Test func propertyThatHasNothingToDoWithTheClassIsNotTold() {
        var generator = CounterGenerator(seed: 2)
        let labels = (0..<200).map { $0 % 2 }
        let pictures = labels.map { label in
            properties(
                width: 100 + generator.next(below: 50),
                brightness: 100 + 10 * Float(label) + 60 * generator.nextNormal(),
                sharpness: 10 + 20 * generator.nextUniform())
        }
        #expect(revealing(pictures, labels).isEmpty)
        // Too few to say.
        #expect(
            revealing((0..<20).map { properties(width: $0 % 2 == 0 ? 10 : 20) }, (0..<20).map { $0 % 2 })
                .isEmpty)
    }

    @Test func muchSofterAndDarkerPicturesAreTold() {
        var generator = CounterGenerator(seed: 3)
        var pictures = (0..<60).map { number in
            (
                path: "\(number).png",
                properties: properties(
                    lightest: 200 + 40 * generator.nextUniform(), sharpness: 15 + 10 * generator.nextUniform()
                )
            )
        }
        #expect(UnusualPictures.findings(pictures).isEmpty)
        pictures[4].properties.sharpness = 1
        pictures[9].properties.lightest = 30
        let found = UnusualPictures.findings(pictures)
        #expect(found.map(\.kind) == [.blurred, .dark])
        #expect(found.map(\.path) == ["4.png", "9.png"])
        #expect(UnusualPictures.findings(Array(pictures.prefix(10))).isEmpty)
    }

    /// Random levels on a grid, and what lies between them.
    private func scene(_ width: Int, _ height: Int, seed: UInt64) -> PixelImage {
        var generator = CounterGenerator(seed: seed)
        let grid = (0..<144).map { _ in Float(generator.next(below: 256)) }
        var grey: [UInt8] = []
        for row in 0..<height {
            for column in 0..<width {
                let (down, across) = (10 * Float(row) / Float(height), 10 * Float(column) / Float(width))
                let (top, left) = (Int(down), Int(across))
                let (low, far) = (down - Float(top), across - Float(left))
                func at(_ row: Int, _ column: Int) -> Float { grid[12 * row + column] }
                let value =
                    (at(top, left) * (1 - far) + at(top, left + 1) * far) * (1 - low)
                    + (at(top + 1, left) * (1 - far) + at(top + 1, left + 1) * far) * low
                grey.append(UInt8(value))
            }
        }
        return PixelImage(width: width, height: height, grey: grey)
    }

    private func mirrored(_ image: PixelImage) -> PixelImage {
        var samples: [UInt8] = []
        for row in 0..<image.height {
            for column in (0..<image.width).reversed() {
                samples +=
                    image.samples[3 * (row * image.width + column)..<3 * (row * image.width + column) + 3]
            }
        }
        return PixelImage(width: image.width, height: image.height, samples: samples)
    }

    @Test func scaledAndMirroredPicturesArePairsAndOthersAreNot() {
        let images = [
            scene(200, 150, seed: 1), scene(90, 68, seed: 1), mirrored(scene(200, 150, seed: 1)),
            scene(200, 150, seed: 2), scene(200, 150, seed: 3),
        ]
        let pairs = NearDuplicates.candidates(images.map { PictureProperties($0).hash })
        #expect(Set(pairs.map { [$0.first, $0.second] }) == [[0, 1], [0, 2], [1, 2]])
        for pair in pairs {
            #expect(NearDuplicates.areAlike(images[pair.first], images[pair.second], symmetry: pair.symmetry))
        }
        #expect(!NearDuplicates.areAlike(images[0], images[3], symmetry: 0))
        #expect(!NearDuplicates.areAlike(images[0], images[2], symmetry: 0))
    }
}
