package import GraftTensors

/// What an ``Augmentation`` drew for one picture.
package struct PictureChange: Sendable {
    /// The part of the picture that becomes the input, where it is not that of the resize rule.
    package var part: PixelBox?
    /// Whether left and right change places.
    package var isMirrored = false
    /// Whether top and bottom change places.
    package var isUpsideDown = false
    /// From a place in the input to that of which it shows the content, in the input without this change;
    /// pixels.
    package var motion = AffineMap.identity
    /// What is done with the levels, in this order.
    package var colours: [ColourOperation] = []
    /// The pixels of the input that become 0.
    package var erased: (rows: Range<Int>, columns: Range<Int>)?

    /// No change.
    package init() {}

    /// The change that is drawn for a picture of a size.
    package init(
        drawing augmentation: Augmentation, for image: PixelImage, _ preprocessing: Preprocessing,
        generator: inout CounterGenerator
    ) {
        let (width, height) = (preprocessing.width, preprocessing.height)
        if let share = augmentation.randomResizedCrop {
            part = generator.part(of: image, leastShare: Double(share).limited(to: 1e-6...1))
        }
        isMirrored = augmentation.horizontalFlip && generator.next(below: 2) == 1
        isUpsideDown = augmentation.verticalFlip && generator.next(below: 2) == 1
        drawMotion(augmentation, width: width, height: height, generator: &generator)
        if let randAugment = augmentation.randAugment {
            for _ in 0..<min(max(randAugment.count, 0), 14) {
                let strength = Double(randAugment.magnitude).limited(to: 0...10) / 10
                drawOperation(strength, width: width, height: height, generator: &generator)
            }
        }
        drawJitter(augmentation, generator: &generator)
        let probability = Double(augmentation.erasing).limited(to: 0...1)
        if probability > 0, generator.uniform(0, 1) < probability {
            erased = generator.erasedPart(width: width, height: height)
        }
    }

    private mutating func drawMotion(
        _ augmentation: Augmentation, width: Int, height: Int, generator: inout CounterGenerator
    ) {
        func either(_ most: Float, _ range: ClosedRange<Double>) -> Double {
            let most = Double(most).limited(to: range)
            return most == 0 ? 0 : generator.uniform(-most, most)
        }
        let angle = either(augmentation.rotation, 0...180)
        let size = 1 + either(augmentation.zoom, 0...0.9)
        let lean = either(augmentation.shear, 0...80)
        let right = either(augmentation.shift, 0...1) * Double(width)
        let down = either(augmentation.shift, 0...1) * Double(height)
        if angle == 0, size == 1, lean == 0, right == 0, down == 0 { return }
        var map = AffineMap.shift(-right, -down)
        if angle != 0 || lean != 0 || size != 1 {
            let turn = AffineMap.rotation(degrees: angle)
            // The tangent, as the slope of a turned upright line.
            let upright = AffineMap.rotation(degrees: lean)
            let slant = AffineMap.shear(upright.yx / upright.xx, 0)
            let inner = AffineMap.scale(1 / size, 1 / size).after(slant).after(turn)
            map = inner.around(Double(width) / 2, Double(height) / 2).after(map)
        }
        motion = motion.after(map)
    }

    /// torchvision's `ColorJitter`: the four changes in any order.
    private mutating func drawJitter(_ augmentation: Augmentation, generator: inout CounterGenerator) {
        let most = (0..<4).map { index in
            let value = [
                augmentation.brightness, augmentation.contrast, augmentation.saturation, augmentation.hue,
            ][index]
            return Double(value).limited(to: 0...(index == 3 ? 0.5 : 1))
        }
        guard most.contains(where: { $0 > 0 }) else { return }
        var order = [0, 1, 2, 3]
        generator.shuffle(&order)
        for kind in order where most[kind] > 0 {
            let change = Float(generator.uniform(-most[kind], most[kind]))
            switch kind {
            case 0: colours.append(.brightness(1 + change))
            case 1: colours.append(.contrast(1 + change))
            case 2: colours.append(.saturation(1 + change))
            default: colours.append(.hue(change))
            }
        }
    }

    /// One operation of RandAugment; strengths are the shares of torchvision's greatest ones.
    private mutating func drawOperation(
        _ strength: Double, width: Int, height: Int, generator: inout CounterGenerator
    ) {
        let kind = generator.next(below: 14)
        let signed = generator.next(below: 2) == 1 ? -strength : strength
        func move(_ map: AffineMap) {
            motion = motion.after(map.around(Double(width) / 2, Double(height) / 2))
        }
        switch kind {
        case 1: move(.shear(0.3 * signed, 0))
        case 2: move(.shear(0, 0.3 * signed))
        case 3: move(.shift(150.0 / 331 * signed * Double(width), 0))
        case 4: move(.shift(0, 150.0 / 331 * signed * Double(height)))
        case 5: move(.rotation(degrees: 30 * signed))
        case 6: colours.append(.brightness(Float(1 + 0.9 * signed)))
        case 7: colours.append(.saturation(Float(1 + 0.9 * signed)))
        case 8: colours.append(.contrast(Float(1 + 0.9 * signed)))
        case 9: colours.append(.sharpness(Float(1 + 0.9 * signed)))
        case 10: colours.append(.posterize(bits: 8 - Int((4 * strength).rounded(.toNearestOrEven))))
        case 11: colours.append(.solarize(from: Float(255 * (1 - strength))))
        case 12: colours.append(.autoContrast)
        case 13: colours.append(.equalize)
        default: break
        }
    }
}

extension Double {
    /// The nearest number of a range; its lower end for what is no number.
    func limited(to range: ClosedRange<Double>) -> Double {
        isNaN ? range.lowerBound : Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
    }
}
