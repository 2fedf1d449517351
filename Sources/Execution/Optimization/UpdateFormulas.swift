/// How a gradient is changed before a rule uses it.
struct Slope: Sendable {
    /// What it is multiplied with first.
    let scale: Float
    /// What it is then brought below, in magnitude; a gradient that is no number stays one.
    let limit: Float
    /// How much of the parameter is added last.
    let decay: Float

    @inline(__always) func callAsFunction(_ gradient: Float, _ parameter: Float) -> Float {
        let scaled = gradient * scale
        let limited = scaled > limit ? limit : scaled < -limit ? -limit : scaled
        return limited + decay * parameter
    }
}

// The loops below index spans of one length, checked once before: the compiler then leaves the checks out of
// the loop and computes several elements at once. The magnitude below each root, which is never negative,
// tells it that the C library's root need not be called to report an error.

/// Stochastic gradient descent.
struct GradientDescent: Sendable {
    let rate: Float
    let momentum: Float
    /// What weight decay leaves of a parameter.
    let kept: Float
    let isNesterov: Bool

    func update(
        _ parameter: inout MutableSpan<Float>, _ gradient: Span<Float>, velocity: inout MutableSpan<Float>,
        _ slope: Slope
    ) {
        let count = parameter.count
        precondition(gradient.count == count)
        guard momentum != 0 else {
            for place in 0..<count {
                let value = parameter[place]
                parameter[place] = value * kept - rate * slope(gradient[place], value)
            }
            return
        }
        precondition(velocity.count == count)
        let ahead: Float = isNesterov ? 1 : 0
        let share = isNesterov ? momentum : 1
        for place in 0..<count {
            let value = parameter[place]
            let change = slope(gradient[place], value)
            let speed = momentum * velocity[place] + change
            velocity[place] = speed
            parameter[place] = value * kept - rate * (ahead * change + share * speed)
        }
    }
}

/// RMSProp.
struct RootMeanSquare: Sendable {
    let rate: Float
    let momentum: Float
    let decay: Float
    /// What weight decay leaves of a parameter.
    let kept: Float
    let epsilon: Float

    func update(
        _ parameter: inout MutableSpan<Float>, _ gradient: Span<Float>, squares: inout MutableSpan<Float>,
        velocity: inout MutableSpan<Float>, _ slope: Slope
    ) {
        let count = parameter.count
        precondition(gradient.count == count && squares.count == count)
        guard momentum != 0 else {
            for place in 0..<count {
                let value = parameter[place]
                let change = slope(gradient[place], value)
                let square = decay * squares[place] + (1 - decay) * change * change
                squares[place] = square
                parameter[place] = value * kept - rate * change / abs(square + epsilon).squareRoot()
            }
            return
        }
        precondition(velocity.count == count)
        for place in 0..<count {
            let value = parameter[place]
            let change = slope(gradient[place], value)
            let square = decay * squares[place] + (1 - decay) * change * change
            let speed = momentum * velocity[place] + rate * change / abs(square + epsilon).squareRoot()
            squares[place] = square
            velocity[place] = speed
            parameter[place] = value * kept - speed
        }
    }
}

/// Adam and AdamW.
struct AdaptiveMoments: Sendable {
    /// The learning rate divided by 1 − β₁ᵗ.
    let rate: Float
    let first: Float
    let second: Float
    /// 1 / √(1 − β₂ᵗ).
    let correction: Float
    /// What weight decay leaves of a parameter.
    let kept: Float
    let epsilon: Float

    func update(
        _ parameter: inout MutableSpan<Float>, _ gradient: Span<Float>, means: inout MutableSpan<Float>,
        squares: inout MutableSpan<Float>, _ slope: Slope
    ) {
        let count = parameter.count
        precondition(gradient.count == count && means.count == count && squares.count == count)
        for place in 0..<count {
            let value = parameter[place]
            let change = slope(gradient[place], value)
            let mean = first * means[place] + (1 - first) * change
            let square = second * squares[place] + (1 - second) * change * change
            means[place] = mean
            squares[place] = square
            parameter[place] = value * kept - rate * mean / (abs(square).squareRoot() * correction + epsilon)
        }
    }
}
