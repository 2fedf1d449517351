import GraftNetworks
import Testing

@testable import GraftExports

@Suite struct KerasPixelsTests {
    private func found(_ pixels: KerasPixels, channels: Int = 3) throws -> KerasCase {
        var builder = NetworkBuilder("net")
        let input = builder.input(height: 4, width: 5, channels: channels)
        _ = builder.add("relu", .activation(.relu), to: input)
        return try KerasCase(builder.build(), pixels: pixels)
    }

    @Test func levelsAsTheyAreNeedNoLayer() throws {
        #expect(try found(.plain).classes == ["InputLayer", "ReLU"])
    }

    @Test func oneScaleForAllChannelsIsOneNumber() throws {
        let half = KerasPixels(colorOrder: .rgb, mean: [4, 4, 4], scale: [0.5, 0.5, 0.5])
        let layers = try found(half)
        #expect(layers.setting("scale", of: "pixels_scaled") == "0.5")
        #expect(layers.setting("offset", of: "pixels_scaled") == "-2.0")
    }

    @Test func blueComesFirstAfterTheScaling() throws {
        let bgr = KerasPixels(colorOrder: .bgr, mean: [1, 2, 3], scale: [1, 0.5, 1])
        let layers = try found(bgr)
        #expect(
            layers.classes == [
                "InputLayer", "Rescaling", "Reshape", "Cropping2D", "Cropping2D", "Cropping2D", "Concatenate",
                "Reshape", "ReLU",
            ])
        #expect(layers.setting("scale", of: "pixels_scaled") == "[1.0, 0.5, 1.0]")
        #expect(layers.setting("offset", of: "pixels_scaled") == "[-1.0, -1.0, -3.0]")
    }

    @Test func greyIsALumaInWholeLevels() throws {
        let grey = KerasPixels(colorOrder: .grey, mean: [0], scale: [1])
        #expect(
            try found(grey, channels: 1).classes == [
                "InputLayer", "Rescaling", "Reshape", "Cropping2D", "Cropping2D", "Cropping2D", "Add",
                "Reshape",
                "Floor", "ReLU",
            ])
    }
}
