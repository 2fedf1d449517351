import Foundation
import GraftArchitectures
import GraftFiles
import GraftImages
import Testing

/// The tables of published weights: what a slip of the pen would break.
@Suite struct CatalogueTests {
    @Test func everyNetworkOfEverySourceIsThere() {
        let networks = Dictionary(grouping: PretrainedWeights.all) {
            $0.name.split(separator: ".").dropFirst().first.map(String.init) ?? ""
        }
        #expect(networks["torchvision"]?.count == 16)
        #expect(networks["keras"]?.count == 16)
        #expect(networks["bvlc"]?.count == 1)
        #expect(
            networks[""]?.map(\.name) == ["efficientnet_lite0", "efficientnet_lite1", "efficientnet_lite2"])
        #expect(networks.count == 4)
    }

    @Test func namesAndFilesAreTold() {
        let files = PretrainedWeights.all.flatMap(\.files)
        #expect(Set(PretrainedWeights.all.map(\.name)).count == PretrainedWeights.all.count)
        #expect(Set(files.map(\.name)).count == files.count)
        #expect(Set(files.compactMap(\.checksum)).count == files.compactMap(\.checksum).count)
    }

    @Test(arguments: PretrainedWeights.all.flatMap(\.files))
    func factsHaveTheirForm(file: PublishedFile) {
        for address in file.addresses {
            #expect(address.hasPrefix("https://") && address.hasSuffix("/\(file.name)"))
        }
        switch file.checksum {
        case .md5(let digits):
            #expect(digits.count == 32 && digits.allSatisfy { $0.isHexDigit && !$0.isUppercase })
        case .sha256Prefix(let digits):
            #expect(digits.count == 8 && digits.allSatisfy { $0.isHexDigit && !$0.isUppercase })
            #expect(file.name.hasSuffix("-\(digits).pth"))
        case .sha256, nil:
            break
        }
        if let size = file.size?.bytes { #expect((500_000..<600_000_000).contains(size)) }
    }

    @Test(arguments: PretrainedWeights.all)
    func figuresAreShares(weights: PretrainedWeights) throws {
        if let top1 = weights.publishedTop1 { #expect((0.5..<0.8).contains(top1)) }
        if let top5 = weights.publishedTop5 {
            #expect((0.74..<0.96).contains(top5) && top5 > (weights.publishedTop1 ?? 1))
        }
        if let smaller = weights.fileWithoutTop?.exactSize, let whole = weights.file.exactSize {
            #expect(smaller <= whole)
        }
        #expect(!weights.licence.isEmpty && weights.classes.count == 1000)
        for size in [weights.inputSize, 160, 331] {
            #expect(try weights.preprocessing(height: size, width: size).height == size)
        }
    }

    @Test(arguments: [
        (
            "resnet50.keras",
            "224x224 bgr shorterSide(256) bilinear mean(123.68,116.779,103.939) scale(1.0,1.0,1.0)"
        ),
        (
            "inception_v3.keras",
            "299x299 rgb shorterSide(342) bilinear mean(127.5,127.5,127.5) scale(0.007843138,0.007843138,0.007843138)"
        ),
        (
            "resnet18.torchvision",
            "224x224 rgb shorterSide(256) bilinear mean(123.675,116.28,103.53) scale(0.017124753,0.017507004,0.017429193)"
        ),
        (
            "inception_v3.torchvision",
            "299x299 rgb shorterSide(342) bilinear mean(127.5,127.5,127.5) scale(0.007843138,0.007843138,0.007843138)"
        ),
        (
            "googlenet.bvlc",
            "224x224 bgr shorterSide(256) bilinear mean(123.0,117.0,104.0) scale(1.0,1.0,1.0)"
        ),
        (
            "efficientnet_lite2",
            "260x260 rgb centerBox(32) bicubic mean(127.0,127.0,127.0) scale(0.0078125,0.0078125,0.0078125)"
        ),
    ])
    func preprocessingBelongsToTheWeights(name: String, expected: String) throws {
        let weights = try PretrainedWeights.named(name)
        let preprocessing = try weights.preprocessing(height: weights.inputSize, width: weights.inputSize)
        #expect(preprocessing.canonicalText == expected)
    }

    /// torchvision's networks with `transform_input` compute, from the standard input, what the folded
    /// preprocessing gives at once.
    @Test func foldedPreprocessingIsWhatTheNetworkWouldMakeOfTheStandardInput() throws {
        let standard = try PretrainedWeights.named("resnet18.torchvision").preprocessing(
            height: 224, width: 224)
        let folded = try PretrainedWeights.named("googlenet.torchvision").preprocessing(
            height: 224, width: 224)
        let (means, deviations): ([Float], [Float]) = ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
        for channel in 0..<3 {
            for level: Float in [0, 17, 128, 255] {
                let input = (level - standard.mean[channel]) * standard.scale[channel]
                let transformed = input * (deviations[channel] / 0.5) + (means[channel] - 0.5) / 0.5
                #expect(abs(transformed - (level - folded.mean[channel]) * folded.scale[channel]) < 1e-6)
            }
        }
    }

    @Test func classesAreInTheOrderOfTheOutputs() {
        let classes = ImageNetClass.all
        #expect(classes.count == 1000)
        #expect(classes[0] == classes.first { $0.wordNetID == "n01440764" })
        #expect(classes[0].names == ["tench", "Tinca tinca"])
        #expect(classes[281].name == "tabby")
        #expect(classes[999].names.last == "toilet paper" || classes[999].name == "toilet tissue")
        #expect(Set(classes.map(\.wordNetID)).count == 1000)
        let repeated = Dictionary(grouping: classes, by: \.name).filter { $0.value.count > 1 }
        #expect(repeated.keys.sorted() == ["crane", "maillot"])
    }

    static let synsets =
        URL(filePath: #filePath).deletingLastPathComponent().path
        + "/../../../shared/weights/imagenet_synset_words.txt"

    @Test(.enabled(if: FileManager.default.fileExists(atPath: synsets), "../shared is not here"))
    func classesAreThoseOfThePublishedList() throws {
        let text = try String(contentsOfFile: Self.synsets, encoding: .utf8)
        let lines = text.split(separator: "\n").map(String.init)
        #expect(ImageNetClass.all.map { "\($0.wordNetID) \($0.names.joined(separator: ", "))" } == lines)
    }

    // MARK: Names

    @Test func networksNameStandsForItsFirstSource() throws {
        #expect(try PretrainedWeights.named("xception").name == "xception.keras")
        #expect(try PretrainedWeights.named("resnet50.keras").name == "resnet50.keras")
        #expect(try PretrainedWeights.named("resnet50").name == "resnet50.keras")
        #expect(try PretrainedWeights.named("resnet101").name == "resnet101.torchvision")
        #expect(
            sentence { try PretrainedWeights.named("resnet50.kears") }
                == "\"resnet50.kears\" names no published weights that Graft knows. "
                + "Did you mean resnet50.keras? `Architecture.all` lists all.")
    }

    private func sentence(_ work: () throws -> some Any) -> String {
        do { return "no error: \(try work())" } catch { return "\(error)" }
    }
}
