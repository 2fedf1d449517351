internal import GraftTensors

/// What operations on two inputs share that fit element by element, the smaller one repeated where it is
/// needed.
///
/// Axes are aligned from the last one on, as in NumPy: `[channels]` fits `[height, width, channels]`, and so
/// does `[height, width, 1]`.
enum Broadcasting {
    /// The shape of the result: that of one of the two; `nil` where neither can be repeated to the other.
    static func shape(_ first: Shape, _ second: Shape) -> Shape? {
        if isRepeatable(second, to: first) { return first }
        return isRepeatable(first, to: second) ? second : nil
    }

    private static func isRepeatable(_ small: Shape, to large: Shape) -> Bool {
        small.rank <= large.rank
            && zip(small.dimensions.reversed(), large.dimensions.reversed()).allSatisfy {
                $0 == $1 || $0 == 1
            }
    }

    /// Says what does not fit.
    static let expectation = "two of the same shape, or one that can be repeated along the axes of the other"
}
