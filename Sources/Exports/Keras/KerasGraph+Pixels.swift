internal import GraftFiles
internal import GraftTensors

extension KerasGraph {
    /// Makes a network's input of the levels 0 to 255 of red, green and blue in the model's input, and
    /// returns the layer that gives it.
    mutating func addPixels(_ pixels: KerasPixels, height: Int, width: Int, input: String) -> String {
        let shape: Shape = [height, width, 3]
        let batch: [JSONValue] = [.null] + shape.dimensions.map { .integer($0) }
        var x = add(.input, named: input, to: [], ["batch_shape": .array(batch)], shape: shape)
        if pixels.colorOrder == .grey { x = addLuma(of: x, shape) }
        // (level - mean) · scale = level · scale - mean · scale
        let offsets = zip(pixels.mean, pixels.scale).map { -Double($0) * Double($1) }
        if offsets.contains(where: { $0 != 0 }) || pixels.scale.contains(where: { $0 != 1 }) {
            x = addHelper(
                .rescaling, like: "\(input)_scaled", to: [x],
                [
                    "scale": numbers(pixels.scale.map { Double($0) }), "offset": numbers(offsets),
                ], shape: self.shape(of: x))
        }
        if pixels.colorOrder == .bgr {
            let channels = channels(of: x, shape)
            let turned = addHelper(
                .concatenate, like: "\(input)_turned", to: channels.reversed(), ["axis": .integer(2)],
                shape: [height * width, 3, 1])
            x = reshape(turned, to: shape, like: "\(input)_bgr")
        }
        return x
    }

    /// One number where all channels have the same, else one for each.
    private func numbers(_ values: [Double]) -> JSONValue {
        // Zeros have one sign.
        let values = values.map { $0 == 0 ? 0 : $0 }
        return Set(values).count == 1 ? .double(values[0]) : .array(values.map { .double($0) })
    }

    /// The luma of ITU-R BT.601-2 in whole levels, as Pillow's mode "L": ⌊(19595 red + 38470 green + 7471
    /// blue + 2¹⁵) / 2¹⁶⌋. The sums are multiples of 2⁻¹⁶ below 2⁸, so that `Float`s hold them exactly.
    private mutating func addLuma(of input: String, _ shape: Shape) -> String {
        let grey: Shape = [shape[0], shape[1], 1]
        let weights = [19595 * 0x1p-16, 38470 * 0x1p-16, 7471 * 0x1p-16]
        let parts = addHelper(
            .rescaling, like: "\(input)_luma", to: [input],
            [
                "scale": .array(weights.map { .double($0) }),
                "offset": .array([.double(0.5), .double(0), .double(0)]),
            ], shape: shape)
        let sum = addHelper(
            .add, like: "\(input)_sum", to: channels(of: parts, shape), shape: [shape[0] * shape[1], 1, 1])
        let map = reshape(sum, to: grey, like: "\(input)_map")
        return addHelper(.floor, like: "\(input)_grey", to: [map], shape: grey)
    }

    /// The three channels of a picture one by one, each with a row for each pixel: [pixels, 1, 1].
    private mutating func channels(of picture: String, _ shape: Shape) -> [String] {
        let count = shape[0] * shape[1]
        let rows = reshape(picture, to: [count, 3, 1], like: "\(picture)_rows")
        return (0..<3).map { channel in
            let cut: [JSONValue] = [.integers([0, 0]), .integers([channel, 2 - channel])]
            return addHelper(
                .cropping, like: "\(picture)_channel", to: [rows],
                ["cropping": .array(cut), "data_format": .text("channels_last")], shape: [count, 1, 1])
        }
    }
}
