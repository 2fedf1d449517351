/// The height, width and channels of a feature map. A vector has height and width 1; several vectors have
/// height 1.
struct Extent: Equatable {
    var height: Int
    var width: Int
    var channels: Int

    /// The greatest height and width.
    static let greatest = 1 << 16
    /// The most elements: 1 GiB in single precision are refused.
    static let most = 1 << 27

    /// The number of elements.
    var count: Int { height * width * channels }
    /// The number of places.
    var places: Int { height * width }

    init(_ height: Int, _ width: Int, _ channels: Int) throws(Flaw) {
        guard (1...Self.greatest).contains(height), (1...Self.greatest).contains(width), channels >= 1,
            Int64(height) * Int64(width) * Int64(channels) <= Int64(Self.most)
        else { throw .tooLarge }
        (self.height, self.width, self.channels) = (height, width, channels)
    }

    /// The extent of the result of two that are repeated along the axes where they have 1.
    func broadcast(with other: Extent) throws(Flaw) -> Extent {
        func fits(_ small: Extent, _ large: Extent) -> Bool {
            (small.height == large.height || small.height == 1)
                && (small.width == large.width || small.width == 1)
                && (small.channels == large.channels || small.channels == 1)
        }
        if fits(other, self) { return self }
        guard fits(self, other) else { throw .unfitting }
        return other
    }
}
