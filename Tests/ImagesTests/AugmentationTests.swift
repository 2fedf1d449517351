import GraftFiles
import GraftImages
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite struct AugmentationTests {
    @Test(arguments: [
        "none", "flip", "flip,verticalflip", "rotation=15,shift=0.1,zoom=0.2,shear=10",
        "flip,crop=0.35,brightness=0.3,contrast=0.25,saturation=0.5,hue=0.05,erasing=0.25,randaugment=2:9",
        "randaugment=14:0.5",
    ])
    func textIsReadAndWritten(text: String) throws {
        let value = try Augmentation(parsing: text)
        #expect(value.description == text)
        #expect(value.canonicalText == text)
        let data = try JSONEncoder().encode(value)
        #expect(try JSONDecoder().decode(Augmentation.self, from: data) == value)
    }

    @Test func presetsAreNamesThatLaterPartsChange() throws {
        #expect(try Augmentation(parsing: "light") == .light)
        #expect(try Augmentation(parsing: "usual") == .usual)
        #expect(try Augmentation(parsing: "strong") == .strong)
        #expect(try Augmentation(parsing: "none").isNone)
        var value = Augmentation.usual
        value.rotation = 30
        #expect(try Augmentation(parsing: "usual, rotation=30") == value)
        for preset in [Augmentation.light, .usual, .strong] {
            try preset.check()
            #expect(try Augmentation(parsing: preset.description) == preset)
        }
    }

    @Test func eachPartAloneIsSomething() throws {
        #expect(Augmentation.none.isNone && !Augmentation.none.changesGeometry)
        for (text, changesGeometry) in [
            ("flip", true), ("verticalflip", true), ("rotation=1", true), ("shift=0.1", true),
            ("zoom=0.1", true),
            ("shear=1", true), ("crop=0.5", true), ("randaugment=1:1", true), ("brightness=0.1", false),
            ("contrast=0.1", false), ("saturation=0.1", false), ("hue=0.1", false), ("erasing=0.1", false),
        ] {
            let value = try Augmentation(parsing: text)
            #expect(!value.isNone, "\(text)")
            #expect(value.changesGeometry == changesGeometry, "\(text)")
        }
    }

    static let badTexts: [(String, String)] = [
        (
            "blur",
            "The augmentation's part blur is not known; expected none, light, usual, strong, flip, verticalflip, "
                + "crop=SHARE, rotation=NUMBER, shift=NUMBER, zoom=NUMBER, shear=NUMBER, brightness=NUMBER, "
                + "contrast=NUMBER, saturation=NUMBER, hue=NUMBER, erasing=NUMBER or randaugment=COUNT:MAGNITUDE."
        ),
        ("rotation", "The augmentation's part rotation has no number; expected one, like rotation=180."),
        ("crop=x", "The augmentation's part crop=x has no number; expected one, like crop=0.35."),
        ("flip=1", "The augmentation's part flip=1 takes no number; expected just flip."),
        (
            "randaugment=2",
            "The augmentation's part randaugment=2 cannot be read; expected a count and a magnitude, like "
                + "randaugment=2:9."
        ),
        ("rotation=-1", "The augmentation has rotation -1.0; it must be 0 to 180."),
        ("zoom=nan", "The augmentation has zoom nan; it must be 0 to 0.9."),
        ("hue=inf", "The augmentation has hue inf; it must be 0 to 0.5."),
        ("crop=0", "The augmentation has crop 0.0; it must be greater than 0 and at most 1."),
        ("randaugment=0:5", "The augmentation has randaugment with 0 operations; it must be 1 to 14."),
        ("randaugment=2:11", "The augmentation has randaugment of magnitude 11.0; it must be 0 to 10."),
    ]

    @Test(arguments: badTexts)
    func badTextsAreNamedErrors(text: String, sentence: String) {
        let error = #expect(throws: ImageError.self) { try Augmentation(parsing: text) }
        #expect(error?.code == .badAugmentation)
        #expect(error?.description == sentence)
    }

    @Test func emptyPartsAreErrors() {
        for text in ["", "flip,", ",", "="] {
            #expect(throws: ImageError.self, "\(text)") { try Augmentation(parsing: text) }
        }
    }

    @Test func impossibleNumbersInFilesAreErrors() {
        #expect(throws: ImageError.self) {
            try JSONDecoder().decode(Augmentation.self, from: Data(#"{"rotation": 400}"#.utf8))
        }
        #expect((try? JSONDecoder().decode(Augmentation.self, from: Data("{}".utf8)))?.isNone == true)
    }
}
