internal import GraftImages

extension ONNXGraph {
    /// Makes a network's input, N x C x H x W, of the levels 0 to 255 of red, green and blue in the graph's
    /// input: what ``Preprocessing`` does with a picture that has its size already.
    mutating func addPixels(_ preprocessing: Preprocessing, _ options: ONNXOptions) -> String {
        var x = ONNXExport.inputName
        switch options.inputType {
        case .uint8:
            x = add(
                "Cast", [x], named: "levels", [ONNXAttribute("to", ONNXElementType.float32.rawValue)])
        case .float32: break
        }
        switch options.layout {
        case .nhwc:
            x = add(
                "Transpose", [x], named: "pixels:channelsFirst", [ONNXAttribute("perm", [0, 3, 1, 2])])
        case .nchw: break
        }
        if preprocessing.colorOrder == .grey { x = addLuma(of: x) }
        let dimensions = [preprocessing.channels, 1, 1]
        if preprocessing.mean.contains(where: { $0 != 0 }) {
            let mean = constant(preprocessing.mean, named: "pixels:mean", dimensions: dimensions)
            x = add("Sub", [x, mean], named: "pixels:centred")
        }
        if preprocessing.scale.contains(where: { $0 != 1 }) {
            let scale = constant(preprocessing.scale, named: "pixels:scale", dimensions: dimensions)
            x = add("Mul", [x, scale], named: "pixels:scaled")
        }
        if preprocessing.colorOrder == .bgr {
            let order = integers([2, 1, 0], named: "pixels:order")
            x = add("Gather", [x, order], named: "pixels:bgr", [ONNXAttribute("axis", 1)])
        }
        return x
    }

    /// The luma of ITU-R BT.601-2 in whole levels, as Pillow's mode "L": ⌊(19595 red + 38470 green + 7471
    /// blue + 2¹⁵) / 2¹⁶⌋. The sums are multiples of 2⁻¹⁶ below 2⁸, so that `Float`s hold them exactly.
    private mutating func addLuma(of x: String) -> String {
        let weights: [Float] = [19595 * 0x1p-16, 38470 * 0x1p-16, 7471 * 0x1p-16]
        let kernel = constant(weights, named: "pixels:luma", dimensions: [1, 3, 1, 1])
        let half = constant([0.5], named: "pixels:half", dimensions: [1])
        let sum = add("Conv", [x, kernel, half], named: "pixels:sum")
        return add("Floor", [sum], named: "pixels:grey")
    }
}
