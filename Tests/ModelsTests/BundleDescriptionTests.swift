import GraftModels
import Testing

@Suite struct BundleDescriptionTests {
    let fixture: BundleFixture

    init() throws {
        fixture = try BundleFixture()
        try BundleFixture.model().save(to: fixture.path)
    }

    @Test func newerFormatIsTold() {
        #expect(fixture.edit(#""formatVersion" : 2"#, to: #""formatVersion" : 3"#))
        #expect(fixture.edit(#""graftVersion" : "0.1.0""#, to: #""graftVersion" : "9.2.0""#))
        // What a newer format has instead of a network is of no interest.
        #expect(fixture.edit(#""nodes""#, to: #""graph""#))
        #expect(
            fixture.refusal(.newer)
                == "\(fixture.path) was saved by Graft 9.2.0 in format 3; expected format 2 or older. "
                + "Use Graft 9.2.0 or newer.")
    }

    @Test(arguments: [
        (#""formatVersion" : 2"#, #""formatVersion" : 0"#, " has the format version 0; expected 1 or more"),
        (#""classes""#, #""names""#, " has no classes"),
        (
            #""bestEpoch" : 2"#, #""bestEpoch" : "two""#,
            " has another kind of value than expected at stages[0].bestEpoch"
        ),
        (
            #""kind" : "softmax""#, #""kind" : "hardmax""#,
            " has an impossible value at network.nodes[7].operation.kind"
        ),
        (
            #""cats","#, "",
            " has 1 classes for a network whose output has the shape [2]; expected one class for each output"
        ),
        (#""cats","#, #""","#, " has a class without a name"),
        (
            #""top1" : 0.75"#, #""top1" : 5"#,
            " has metrics with a share outside of 0 to 1, or a negative count"
        ),
        (
            #""top1" : 0.75"#, #""top1" : "nan""#,
            " has metrics with a share outside of 0 to 1, or a negative count"
        ),
        (
            #""width" : 8"#, #""width" : 9"#,
            " has a preprocessing that makes inputs of shape [8, 9, 3]; expected [8, 8, 3], as the network takes them"
        ),
        (
            #""width" : 8"#, #""width" : 1000000000"#,
            ": The preprocessing has an input of 8 x 1000000000 pixels; each side must have 1 to 16,384"
        ),
        (#""scale""#, #""skale""#, " has no preprocessing.scale"),
        (
            #""filters" : 4"#, #""filters" : 9223372036854775807"#,
            " has 9223372036854775807 as filters of network node stem/conv; expected 1 to 65536"
        ),
        (
            #""kernelHeight" : 3"#, #""kernelHeight" : -1"#,
            " has -1 as kernelHeight of network node stem/conv; expected 1 to 1024"
        ),
        (
            #""stride" : 2"#, #""stride" : 0"#,
            " has 0 as stride of network node stem/conv; expected 1 to 1024"
        ),
        (
            #""groups" : 1"#, #""groups" : 2"#,
            ": tiny: stem/conv has 3 input channels and 4 filters in 2 groups; expected numbers that the groups divide"
        ),
        (
            #""units" : 2"#, #""units" : 1000000000000"#,
            " has 1000000000000 as units of network node top/dense; expected 1 to 16777216"
        ),
        (#""rate" : 0.2"#, #""rate" : "nan""#, " has an impossible rate at network node top/dropout"),
        (#""epsilon" : 0.001"#, #""epsilon" : -1"#, " has an impossible epsilon at network node stem/bn"),
        (#""name" : "stem\/relu""#, #""name" : "pool""#, ""),
    ])
    func impossibleDescriptionIsToldInWords(_ old: String, _ new: String, _ found: String) {
        guard fixture.edit(old, to: new) else { return #expect(found.isEmpty) }
        #expect(fixture.refusal() == "\(fixture.path)/bundle.json\(found). \(BundleFixture.remedy)")
    }

    @Test func giganticInputIsRefusedWithoutBeingMade() {
        let text = String(decoding: fixture.bytes(fixture.path + "/bundle.json"), as: UTF8.self)
        func input(_ shape: String) -> String {
            text.replacing(/"shape" : \[[^\]]*\]/, with: #""shape" : [\#(shape)]"#)
        }
        #expect(input("8, 8, 3").count < text.count)
        for (shape, found) in [
            ("1000000000, 1000000000, 3", "input of shape [1000000000, 1000000000, 3]"),
            ("32768, 32768, 3", "input of shape [32768, 32768, 3]"), ("0, 8, 3", "input of shape [0, 8, 3]"),
            ("", "input of shape []"), ("8, 8", "input of shape [8, 8]"),
        ] {
            fixture.replace("bundle.json", with: Array(input(shape).utf8))
            #expect(
                fixture.refusal()
                    == "\(fixture.path)/bundle.json has an impossible \(found) at network node input. \(BundleFixture.remedy)"
            )
        }
        fixture.replace("bundle.json", with: Array(input("4611686018427387904, 4611686018427387904, 3").utf8))
        #expect(
            fixture.refusal()
                == "\(fixture.path)/bundle.json has an impossible value at network.nodes[0].operation.shape. "
                + BundleFixture.remedy)
        fixture.replace("bundle.json", with: Array(input("16, 8, 3").utf8))
        #expect(
            fixture.refusal().contains(
                "has a preprocessing that makes inputs of shape [8, 8, 3]; expected [16, 8, 3]"))
        fixture.replace("bundle.json", with: Array(String(repeating: "[", count: 100_000).utf8))
        #expect(fixture.refusal() == "\(fixture.path)/bundle.json is no JSON text. \(BundleFixture.remedy)")
    }
}
