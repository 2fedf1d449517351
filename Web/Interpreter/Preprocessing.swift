/// How a picture becomes a network's input, as a model's file says it.
package struct Preprocessing {
    /// The order of the channels in the input.
    package enum ColorOrder {
        case rgb, bgr, grey

        /// How many channels that makes.
        package var channels: Int { self == .grey ? 1 : 3 }
    }

    /// Which part of a picture becomes the input.
    package enum ResizeRule {
        case shorterSide(Int)
        case centerBox(margin: Int)
        case squash
    }

    package let height: Int
    package let width: Int
    package let colorOrder: ColorOrder
    package let resizeRule: ResizeRule
    package let interpolation: Interpolation
    private let mean: [Float]
    private let scale: [Float]

    /// Reads it from a file's head.
    init(_ words: inout WordReader) throws(Flaw) {
        height = try words.integer(1...16384)
        width = try words.integer(1...16384)
        let orders: [ColorOrder] = [.rgb, .bgr, .grey]
        colorOrder = orders[try words.integer(0...2)]
        let rule = try words.integer(0...2)
        let pixels = try words.integer(0...16384)
        let rules: [ResizeRule] = [.shorterSide(pixels), .centerBox(margin: pixels), .squash]
        resizeRule = rules[rule]
        guard rule > 0 || pixels >= max(height, width) else { throw .impossibleNumber }
        interpolation = try words.integer(0...1) == 0 ? .bilinear : .bicubic
        var numbers: [Float] = []
        for _ in 0..<6 { numbers.append(try words.float()) }
        let channels = colorOrder.channels
        mean = Array(numbers[..<channels])
        scale = Array(numbers[3..<(3 + channels)])
    }

    /// Writes a picture as the input, [height, width, channels].
    func write(
        _ image: PixelImage, into target: UnsafeMutablePointer<Float>, using resampler: Resampler
    ) {
        let box = box(in: image)
        let finish = Resampler.Finish(
            mean: mean, scale: scale, order: colorOrder, height: height, width: width)
        var request = Resampler.Request(
            image, box: box, width: width, height: height, interpolation: interpolation)
        switch resizeRule {
        case .centerBox:
            // It is cut first: the filter sees nothing of what lies outside the box.
            let part = PixelArea(
                left: Int(box.left), top: Int(box.top), width: Int(box.right - box.left),
                height: Int(box.bottom - box.top))
            request = Resampler.Request(
                cutting: part, width: width, height: height, interpolation: interpolation)
        case .shorterSide(let side):
            // The size before the cut decides which pass is first.
            let shorter = min(image.width, image.height)
            request.isVerticalFirst = Resampler.Request.isVerticalFirst(
                request.visible, width: side * image.width / shorter, height: side * image.height / shorter)
        case .squash: break
        }
        // A page has pictures of any size: tables are not kept.
        request.isUnique = true
        unsafe resampler.resample(
            image, request, finish: finish,
            into: UnsafeMutableBufferPointer(start: target, count: finish.elementCount))
    }
}
