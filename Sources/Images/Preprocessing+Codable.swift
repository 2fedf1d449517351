extension Preprocessing: Codable {
    private enum CodingKeys: String, CodingKey {
        case height, width, colorOrder, resizeRule, interpolation, mean, scale
    }

    /// Reads the value that ``encode(to:)`` wrote.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try self.init(
            height: container.decode(Int.self, forKey: .height),
            width: container.decode(Int.self, forKey: .width),
            colorOrder: container.decode(ColorOrder.self, forKey: .colorOrder),
            resizeRule: container.decode(ResizeRule.self, forKey: .resizeRule),
            interpolation: container.decode(Interpolation.self, forKey: .interpolation),
            mean: container.decode([Float].self, forKey: .mean),
            scale: container.decode([Float].self, forKey: .scale))
    }

    /// Writes the value.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(height, forKey: .height)
        try container.encode(width, forKey: .width)
        try container.encode(colorOrder, forKey: .colorOrder)
        try container.encode(resizeRule, forKey: .resizeRule)
        try container.encode(interpolation, forKey: .interpolation)
        try container.encode(mean, forKey: .mean)
        try container.encode(scale, forKey: .scale)
    }
}

/// Written as `{"kind": "shorterSide", "pixels": 256}`, `{"kind": "centerBox", "pixels": 32}` or `{"kind":
/// "squash"}`.
extension Preprocessing.ResizeRule: Codable {
    private enum CodingKeys: String, CodingKey { case kind, pixels }
    private enum Kind: String, Codable { case shorterSide, centerBox, squash }

    /// Reads the value that ``encode(to:)`` wrote.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self =
            switch try container.decode(Kind.self, forKey: .kind) {
            case .shorterSide: .shorterSide(try container.decode(Int.self, forKey: .pixels))
            case .centerBox: .centerBox(margin: try container.decode(Int.self, forKey: .pixels))
            case .squash: .squash
            }
    }

    /// Writes the value.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .shorterSide(let side):
            try container.encode(Kind.shorterSide, forKey: .kind)
            try container.encode(side, forKey: .pixels)
        case .centerBox(let margin):
            try container.encode(Kind.centerBox, forKey: .kind)
            try container.encode(margin, forKey: .pixels)
        case .squash:
            try container.encode(Kind.squash, forKey: .kind)
        }
    }
}
