internal import GraftFiles

extension Augmentation {
    /// Refuses numbers that mean nothing.
    ///
    /// - Throws: ``ImageError`` that names the first such number and what is possible.
    package func check() throws(ImageError) {
        if let flaw = flaw() {
            throw ImageError(.badAugmentation, Problem("The augmentation", found: flaw))
        }
    }

    /// What is impossible, if anything.
    private func flaw() -> String? {
        for part in Self.numbers {
            let value = self[keyPath: part.path]
            // Not a number is in no range.
            if !part.range.contains(value) {
                return
                    "has \(part.name) \(value); it must be \(short(part.range.lowerBound)) to "
                    + short(part.range.upperBound)
            }
        }
        if let share = randomResizedCrop, !(share > 0 && share <= 1) {
            return "has crop \(share); it must be greater than 0 and at most 1"
        }
        if let randAugment {
            if !(1...14).contains(randAugment.count) {
                return "has randaugment with \(randAugment.count) operations; it must be 1 to 14"
            }
            if !(0...10).contains(randAugment.magnitude) {
                return "has randaugment of magnitude \(randAugment.magnitude); it must be 0 to 10"
            }
        }
        return nil
    }

    /// A number of an augmentation, by the name it has in texts.
    struct NamedNumber: Sendable {
        var name: String
        var path: any WritableKeyPath<Augmentation, Float> & Sendable
        var range: ClosedRange<Float>
    }

    /// All plain numbers, in the order of texts.
    static let numbers = [
        NamedNumber(name: "rotation", path: \.rotation, range: 0...180),
        NamedNumber(name: "shift", path: \.shift, range: 0...1),
        NamedNumber(name: "zoom", path: \.zoom, range: 0...0.9),
        NamedNumber(name: "shear", path: \.shear, range: 0...80),
        NamedNumber(name: "brightness", path: \.brightness, range: 0...1),
        NamedNumber(name: "contrast", path: \.contrast, range: 0...1),
        NamedNumber(name: "saturation", path: \.saturation, range: 0...1),
        NamedNumber(name: "hue", path: \.hue, range: 0...0.5),
        NamedNumber(name: "erasing", path: \.erasing, range: 0...1),
    ]

    /// A number without a needless fraction.
    func short(_ value: Float) -> String {
        let text = value.description
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
