/// Written as an object of the parts that are not as in ``Augmentation/none``; read with parts missing, which
/// are then as there.
extension Augmentation: Codable {
    private enum CodingKeys: String, CodingKey {
        case horizontalFlip, verticalFlip, rotation, shift, zoom, shear, randomResizedCrop
        case brightness, contrast, saturation, hue, erasing, randAugment
    }

    private static let numberKeys: [(CodingKeys, any WritableKeyPath<Augmentation, Float> & Sendable)] = [
        (.rotation, \.rotation), (.shift, \.shift), (.zoom, \.zoom), (.shear, \.shear),
        (.brightness, \.brightness), (.contrast, \.contrast), (.saturation, \.saturation), (.hue, \.hue),
        (.erasing, \.erasing),
    ]

    /// Reads the value that ``encode(to:)`` wrote.
    ///
    /// - Throws: `ImageError` too, where a number is impossible.
    public init(from decoder: any Decoder) throws {
        self.init()
        let container = try decoder.container(keyedBy: CodingKeys.self)
        horizontalFlip = try container.decodeIfPresent(Bool.self, forKey: .horizontalFlip) ?? false
        verticalFlip = try container.decodeIfPresent(Bool.self, forKey: .verticalFlip) ?? false
        for (key, path) in Self.numberKeys {
            self[keyPath: path] = try container.decodeIfPresent(Float.self, forKey: key) ?? 0
        }
        randomResizedCrop = try container.decodeIfPresent(Float.self, forKey: .randomResizedCrop)
        randAugment = try container.decodeIfPresent(RandAugment.self, forKey: .randAugment)
        try check()
    }

    /// Writes the value.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        if horizontalFlip { try container.encode(true, forKey: .horizontalFlip) }
        if verticalFlip { try container.encode(true, forKey: .verticalFlip) }
        for (key, path) in Self.numberKeys where self[keyPath: path] != 0 {
            try container.encode(self[keyPath: path], forKey: key)
        }
        try container.encodeIfPresent(randomResizedCrop, forKey: .randomResizedCrop)
        try container.encodeIfPresent(randAugment, forKey: .randAugment)
    }
}
