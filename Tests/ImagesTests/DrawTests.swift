import GraftImages
import GraftTensors
import Testing

/// What is drawn how often.
@Suite struct DrawTests {
    let image = PixelImage(width: 50, height: 40, grey: [UInt8](repeating: 9, count: 2000))

    func draws(_ text: String, count: Int = 2000) throws -> [PictureChange] {
        let preprocessing = try Preprocessing(
            height: 20, width: 30, resizeRule: .squash, interpolation: .bilinear, mean: [0, 0, 0],
            scale: [1, 1, 1])
        let augmentation = try Augmentation(parsing: text)
        var generator = CounterGenerator(seed: 3)
        return (0..<count).map { _ in
            PictureChange(drawing: augmentation, for: image, preprocessing, generator: &generator)
        }
    }

    @Test func halfOfThePicturesAreMirrored() throws {
        let changes = try draws("flip")
        #expect((900...1100).contains(changes.count { $0.isMirrored }))
        #expect(!changes.contains { $0.isUpsideDown || $0.part != nil || $0.motion != .identity })
        let turned = try draws("verticalflip")
        #expect((900...1100).contains(turned.count { $0.isUpsideDown }))
        #expect(!turned.contains { $0.isMirrored })
    }

    @Test func partsLieInThePictureWithTheSharesAskedFor() throws {
        let parts = try draws("crop=0.25").compactMap(\.part)
        #expect(parts.count == 2000)
        var shares: [Double] = []
        for part in parts {
            #expect(part.left >= 0 && part.top >= 0 && part.right <= 50.001 && part.bottom <= 40.001)
            let (width, height) = (part.right - part.left, part.bottom - part.top)
            #expect((0.749...1.3334).contains(width / height))
            shares.append(width * height / 2000)
        }
        #expect(shares.allSatisfy { (0.249...1.001).contains($0) })
        #expect((shares.min() ?? 1) < 0.26 && (shares.max() ?? 0) > 0.95)
        // Draws that do not fit are drawn again; torchvision's mean of 20,000 was 0.542.
        let mean = shares.reduce(0, +) / 2000
        #expect(abs(mean - 0.542) < 0.015, "\(mean)")
    }

    @Test func anglesAreEvenEitherWay() throws {
        let sines = try draws("rotation=30").map(\.motion.yx)
        #expect(sines.allSatisfy { abs($0) <= 0.5001 })
        #expect((900...1100).contains(sines.count { $0 > 0 }))
        #expect((sines.max() ?? 0) > 0.49 && (sines.min() ?? 0) < -0.49)
    }

    @Test func shiftsAreSharesOfEachSide() throws {
        let changes = try draws("shift=0.1")
        #expect(changes.allSatisfy { abs($0.motion.x0) <= 3.001 && abs($0.motion.y0) <= 2.001 })
        #expect((changes.map(\.motion.x0).max() ?? 0) > 2.9 && (changes.map(\.motion.y0).min() ?? 0) < -1.9)
    }

    @Test func zoomKeepsProportionsAndTheCentre() throws {
        let maps = try draws("zoom=0.2").map(\.motion)
        for map in maps {
            #expect(map.xx == map.yy && map.xy == 0 && map.yx == 0)
            #expect((1 / 1.2001...1 / 0.7999).contains(map.xx))
            #expect(abs(map.xx * 15 + map.x0 - 15) < 1e-9 && abs(map.yy * 10 + map.y0 - 10) < 1e-9)
        }
        #expect((900...1100).contains(maps.count { $0.xx > 1 }))
    }

    @Test func colourFactorsAreInRangeAndInAnyOrder() throws {
        let changes = try draws("brightness=0.3,contrast=0.2,hue=0.1")
        var firsts = [0, 0, 0]
        for change in changes {
            #expect(change.colours.count == 3)
            for (position, operation) in change.colours.enumerated() {
                switch operation {
                case .brightness(let factor):
                    #expect(abs(factor - 1) <= 0.3001)
                    if position == 0 { firsts[0] += 1 }
                case .contrast(let factor):
                    #expect(abs(factor - 1) <= 0.2001)
                    if position == 0 { firsts[1] += 1 }
                case .hue(let share):
                    #expect(abs(share) <= 0.1001)
                    if position == 0 { firsts[2] += 1 }
                default: Issue.record("\(operation) was not asked for")
                }
            }
        }
        #expect(firsts.allSatisfy { (560...780).contains($0) }, "\(firsts)")
    }

    @Test func erasedShareAndProbabilityAreThoseAskedFor() throws {
        let areas = try draws("erasing=0.25").compactMap(\.erased).map { $0.rows.count * $0.columns.count }
        #expect((430...570).contains(areas.count))
        #expect(areas.allSatisfy { (6...210).contains($0) })
        #expect(try draws("erasing=1").allSatisfy { $0.erased != nil })
    }

    @Test func randAugmentDrawsAllOfItsOperations() throws {
        let changes = try draws("randaugment=1:10", count: 7000)
        var kinds: [String: Int] = [:]
        for change in changes {
            let colour = change.colours.first.map { "\($0)".prefix { $0.isLetter } }
            let name = colour.map(String.init) ?? (change.motion == .identity ? "identity" : "motion")
            kinds[name, default: 0] += 1
            #expect(change.colours.count <= 1)
        }
        #expect(kinds["motion"].map { (2350...2650).contains($0) } == true, "\(kinds)")
        for name in [
            "identity", "brightness", "saturation", "contrast", "sharpness", "posterize", "solarize",
            "autoContrast", "equalize",
        ] { #expect(kinds[name].map { (420...580).contains($0) } == true, "\(name): \(kinds)") }
        #expect(try draws("randaugment=3:0").allSatisfy { $0.motion == .identity })
    }
}
