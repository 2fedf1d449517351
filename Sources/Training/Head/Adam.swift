/// Adam (Kingma and Ba, 2015), with PyTorch's update rule:
/// m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², p ← p − rate · (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε).
///
/// Keras puts ε, by default 1e-7 instead of 1e-8, at another place in the same formula.
package struct Adam: Sendable {
    /// The learning rate.
    package var learningRate: Float
    /// β₁ and β₂.
    package let betas: (first: Float, second: Float) = (0.9, 0.999)
    /// ε.
    package let epsilon: Float
    private var step = 0
    private var firstMoments: [[Float]] = []
    private var secondMoments: [[Float]] = []

    /// An optimizer without history.
    package init(learningRate: Float, epsilon: Float = 1e-8) {
        self.learningRate = learningRate
        self.epsilon = epsilon
    }

    /// Starts the next step; ``update(_:_:_:)`` then follows once for each parameter.
    package mutating func nextStep() { step += 1 }

    /// Changes one parameter by its gradient.
    ///
    /// - Parameter index: the parameter's position, the same at each step.
    package mutating func update(_ index: Int, _ parameter: inout MutableSpan<Float>, _ gradient: Span<Float>)
    {
        while firstMoments.count <= index {
            firstMoments.append([])
            secondMoments.append([])
        }
        if firstMoments[index].isEmpty {
            firstMoments[index] = [Float](repeating: 0, count: parameter.count)
            secondMoments[index] = firstMoments[index]
        }
        func power(_ base: Float) -> Float { (0..<step).reduce(Float(1)) { product, _ in product * base } }
        let firstCorrection = 1 / (1 - power(betas.first))
        let secondCorrection = 1 / (1 - power(betas.second))
        for place in parameter.indices {
            let slope = gradient[place]
            let first = betas.first * firstMoments[index][place] + (1 - betas.first) * slope
            let second = betas.second * secondMoments[index][place] + (1 - betas.second) * slope * slope
            firstMoments[index][place] = first
            secondMoments[index][place] = second
            parameter[place] -=
                learningRate * first * firstCorrection / ((second * secondCorrection).squareRoot() + epsilon)
        }
    }
}
