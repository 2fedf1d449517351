/// What a network expects of a picture, as plain numbers: each channel becomes (level - mean) · scale, with
/// levels from 0 to 255.
package struct KerasPixels: Sendable, Hashable {
    /// The order of the channels in the network's input.
    package enum ColorOrder: Sendable, Hashable {
        case rgb, bgr
        /// One channel: the luma of each pixel.
        case grey
    }

    /// The order of the channels in the network's input.
    package var colorOrder: ColorOrder
    /// The levels that become 0: of red, green and blue, whatever the order; of grey alone, one.
    package var mean: [Float]
    /// The factors after that.
    package var scale: [Float]

    /// An expectation.
    package init(colorOrder: ColorOrder, mean: [Float], scale: [Float]) {
        self.colorOrder = colorOrder
        self.mean = mean
        self.scale = scale
    }

    /// How many channels the network's input has.
    var channels: Int { colorOrder == .grey ? 1 : 3 }
}
