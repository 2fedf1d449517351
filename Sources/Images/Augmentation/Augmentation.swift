/// How pictures are changed at random so that a network sees more than there are.
public struct Augmentation: Sendable, Hashable, Codable {
    /// Whether pictures are mirrored left to right, half of them.
    public var horizontalFlip = false

    /// No change.
    public static let none = Augmentation()

    /// No change yet.
    public init() {}
}
