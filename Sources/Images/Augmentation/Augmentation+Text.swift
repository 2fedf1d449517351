internal import GraftFiles

extension Augmentation: CustomStringConvertible {
    /// A mild change that suits nearly every kind of photo: mirrored, cut out a little, colours a little off.
    package static let light: Augmentation = {
        var value = Augmentation()
        value.horizontalFlip = true
        value.randomResizedCrop = 0.7
        (value.brightness, value.contrast, value.saturation) = (0.1, 0.1, 0.1)
        return value
    }()

    /// What photos are usually trained with: smaller parts, slight rotation, clearer changes of colour.
    package static let usual: Augmentation = {
        var value = Augmentation()
        value.horizontalFlip = true
        value.rotation = 10
        value.randomResizedCrop = 0.35
        (value.brightness, value.contrast, value.saturation, value.hue) = (0.2, 0.2, 0.2, 0.02)
        return value
    }()

    /// For few pictures and many epochs: small parts, RandAugment, random erasing.
    package static let strong: Augmentation = {
        var value = Augmentation()
        value.horizontalFlip = true
        value.randomResizedCrop = 0.25
        value.randAugment = RandAugment(count: 2, magnitude: 3)
        value.erasing = 0.25
        return value
    }()

    /// The ready-made augmentations by name.
    static let presets = [("none", none), ("light", light), ("usual", usual), ("strong", strong)]

    /// The augmentation that a text stands for.
    ///
    /// Parts between commas: the names "none", "light", "usual" and "strong" for ready-made ones, which later
    /// parts change; "flip" and "verticalflip"; "rotation=15", "shift=0.1", "zoom=0.2", "shear=10",
    /// "brightness=0.3", "contrast=0.3", "saturation=0.3", "hue=0.05", "erasing=0.25"; "crop=0.35" for
    /// ``randomResizedCrop``; "randaugment=2:9" for two operations of magnitude 9.
    ///
    /// - Throws: ``ImageError`` where a name is unknown or a number is impossible.
    package init(parsing text: String) throws(ImageError) {
        self.init()
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            try read(part.split(separator: " ").joined(separator: " "))
        }
        try check()
    }

    /// The text that `init(parsing:)` reads as this augmentation; "none" where nothing changes.
    public var description: String {
        var parts: [String] = []
        if horizontalFlip { parts.append("flip") }
        if verticalFlip { parts.append("verticalflip") }
        if let share = randomResizedCrop { parts.append("crop=\(short(share))") }
        for number in Self.numbers where self[keyPath: number.path] != 0 {
            parts.append("\(number.name)=\(short(self[keyPath: number.path]))")
        }
        if let randAugment {
            parts.append("randaugment=\(randAugment.count):\(short(randAugment.magnitude))")
        }
        return parts.isEmpty ? "none" : parts.joined(separator: ",")
    }

    /// The same for equal augmentations only: for the keys of caches.
    package var canonicalText: String { description }

    private mutating func read(_ part: String) throws(ImageError) {
        let pieces = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let (name, word) = (String(pieces[0]), pieces.count == 2 ? String(pieces[1]) : nil)
        if let preset = Self.presets.first(where: { $0.0 == name })?.1 {
            guard word == nil else { throw Self.refusal("\(part)", "takes no number", "just \(name)") }
            self = preset
            return
        }
        switch name {
        case "flip", "verticalflip":
            guard word == nil else { throw Self.refusal("\(part)", "takes no number", "just \(name)") }
            if name == "flip" { horizontalFlip = true } else { verticalFlip = true }
        case "crop":
            randomResizedCrop = try Self.number(word, of: part, example: "crop=0.35")
        case "randaugment":
            let numbers = (word ?? "").split(separator: ":", omittingEmptySubsequences: false)
            guard numbers.count == 2, let count = Int(numbers[0]), let magnitude = Float(numbers[1]) else {
                throw Self.refusal(part, "cannot be read", "a count and a magnitude, like randaugment=2:9")
            }
            randAugment = RandAugment(count: count, magnitude: magnitude)
        default:
            guard let number = Self.numbers.first(where: { $0.name == name }) else {
                throw Self.refusal(part.isEmpty ? "nothing" : part, "is not known", Self.knownNames)
            }
            let example = "\(name)=\(short(number.range.upperBound))"
            self[keyPath: number.path] = try Self.number(word, of: part, example: example)
        }
    }

    private static func number(_ word: String?, of part: String, example: String) throws(ImageError) -> Float
    {
        guard let word, let value = Float(word) else {
            throw refusal(part, "has no number", "one, like \(example)")
        }
        return value
    }

    private static let knownNames =
        (presets.map(\.0) + ["flip", "verticalflip", "crop=SHARE"] + numbers.map { "\($0.name)=NUMBER" })
        .joined(separator: ", ") + " or randaugment=COUNT:MAGNITUDE"

    private static func refusal(_ part: String, _ found: String, _ expected: String) -> ImageError {
        ImageError(
            .badAugmentation, Problem("The augmentation's part \(part)", found: found, expected: expected))
    }
}
