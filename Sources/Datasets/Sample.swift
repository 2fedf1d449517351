internal import Files
public import Images

/// One labelled picture of a data set, not yet read.
public struct Sample: Sendable {
    /// What names the sample in messages and in a saved split: the path relative to the data set's root.
    public let path: String
    /// The index of its class.
    public let label: Int
    /// The part that the data's own layout gives it to; `nil` where that is left to a ``Split``.
    public let part: Part?

    let source: Source

    /// Where the picture comes from.
    enum Source: Sendable {
        case file(String)
        case array(PixelArray, index: Int)
    }

    /// Reads and decodes the picture, once, and says what was found.
    ///
    /// The digest is that of the bytes that were decoded, even where the file is changed meanwhile.
    public func examine() -> (examination: Examination, image: PixelImage?) { load().decode() }
}
