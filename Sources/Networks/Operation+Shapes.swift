internal import GraftFiles
package import GraftTensors

extension Operation {
    /// How many inputs the operation takes.
    package var inputCounts: ClosedRange<Int> {
        switch self {
        case .input: 0...0
        case .add: 2...2
        case .concatenate: 1...64
        default: 1...1
        }
    }

    /// The shape of the output for these input shapes; all without the batch.
    ///
    /// - Throws: ``NetworkError`` where the operation cannot take such inputs.
    package func outputShape(of node: String, inputs: [Shape]) throws(NetworkError) -> Shape {
        guard inputCounts.contains(inputs.count) else {
            let least = inputCounts.lowerBound
            throw NetworkError(
                node, found: "has \(inputs.count) inputs",
                expected: inputCounts.count == 1 ? "\(least)" : "\(least) to \(inputCounts.upperBound)")
        }
        func refuse(_ expected: String) -> NetworkError {
            let shapes = inputs.map(\.description).joined(separator: " and ")
            return NetworkError(node, found: "gets an input of shape \(shapes)", expected: expected)
        }
        switch self {
        case .input(let input):
            return input.shape
        case .convolution(let convolution):
            return try convolution.outputShape(of: node, input: inputs[0])
        case .batchNormalization, .activation, .dropout:
            return inputs[0]
        case .add:
            guard inputs[0] == inputs[1] else { throw refuse("two of the same shape") }
            return inputs[0]
        case .concatenate:
            guard inputs.allSatisfy({ $0.rank == 3 && $0[0] == inputs[0][0] && $0[1] == inputs[0][1] })
            else { throw refuse("[height, width, channels], the same height and width") }
            return [inputs[0][0], inputs[0][1], inputs.reduce(0) { $0 + $1[2] }]
        case .pooling(let pooling):
            return try pooling.outputShape(of: node, input: inputs[0])
        case .globalAveragePooling:
            guard inputs[0].rank == 3 else { throw refuse("[height, width, channels]") }
            return [inputs[0][2]]
        case .adaptiveAveragePooling(let pooling):
            guard inputs[0].rank == 3 else { throw refuse("[height, width, channels]") }
            guard pooling.height > 0, pooling.width > 0 else {
                throw NetworkError(node, found: "has an output of \(pooling.height)x\(pooling.width)")
            }
            return [pooling.height, pooling.width, inputs[0][2]]
        case .localResponseNormalization(let normalization):
            guard inputs[0].rank == 3 else { throw refuse("[height, width, channels]") }
            guard normalization.size > 0, normalization.size % 2 == 1 else {
                throw NetworkError(
                    node, found: "looks at \(normalization.size) channels", expected: "an odd number")
            }
            return inputs[0]
        case .flatten:
            guard inputs[0].rank == 3 else { throw refuse("[height, width, channels]") }
            return [inputs[0].elementCount]
        case .dense(let dense):
            guard inputs[0].rank == 1 else { throw refuse("a vector") }
            guard dense.units > 0 else { throw NetworkError(node, found: "has \(dense.units) units") }
            return [dense.units]
        case .softmax:
            guard inputs[0].rank == 1 else { throw refuse("a vector") }
            return inputs[0]
        }
    }

    /// The parameters of a node with this operation, in their canonical order.
    package func parameters(of node: String, inputs: [Shape]) -> [ParameterSpecification] {
        switch self {
        case .convolution(let convolution):
            let kernel: Shape = [
                convolution.filters, inputs[0][2] / convolution.groups, convolution.kernelHeight,
                convolution.kernelWidth,
            ]
            return [ParameterSpecification(node: node, role: .kernel, shape: kernel)]
                + (convolution.hasBias
                    ? [ParameterSpecification(node: node, role: .bias, shape: [convolution.filters])] : [])
        case .batchNormalization(let normalization):
            let channels: Shape = [inputs[0][inputs[0].rank - 1]]
            let roles: [ParameterSpecification.Role] = [.beta, .movingMean, .movingVariance]
            return ((normalization.hasScale ? [.gamma] : []) + roles).map {
                ParameterSpecification(node: node, role: $0, shape: channels)
            }
        case .dense(let dense):
            return [ParameterSpecification(node: node, role: .kernel, shape: [dense.units, inputs[0][0]])]
                + (dense.hasBias
                    ? [ParameterSpecification(node: node, role: .bias, shape: [dense.units])] : [])
        case .input, .activation, .add, .concatenate, .pooling, .globalAveragePooling,
            .adaptiveAveragePooling,
            .localResponseNormalization, .flatten, .dropout, .softmax:
            return []
        }
    }

    /// Whether it is a convolution of any kind.
    package var isConvolution: Bool {
        if case .convolution = self { true } else { false }
    }

    /// Whether the output is random while training.
    package var isStochastic: Bool {
        if case .dropout = self { true } else { false }
    }
}

extension Convolution {
    /// The rows and columns that are added around an input of this shape.
    package func edges(input: Shape) -> Padding.Edges {
        padding.edges(
            height: input[0], width: input[1], kernelHeight: kernelHeight, kernelWidth: kernelWidth,
            stride: stride)
    }

    fileprivate func outputShape(of node: String, input: Shape) throws(NetworkError) -> Shape {
        guard input.rank == 3 else {
            throw NetworkError(
                node, found: "gets an input of shape \(input)", expected: "[height, width, channels]")
        }
        guard filters > 0, kernelHeight > 0, kernelWidth > 0, stride > 0, groups > 0 else {
            throw NetworkError(
                node, found: "has a size that is not positive",
                expected: "filters, kernel, stride and groups of 1 or more")
        }
        guard input[2] % groups == 0, filters % groups == 0 else {
            throw NetworkError(
                node, found: "has \(input[2]) input channels and \(filters) filters in \(groups) groups",
                expected: "numbers that the groups divide")
        }
        let edges = edges(input: input)
        let height = input[0] + edges.top + edges.bottom - kernelHeight
        let width = input[1] + edges.left + edges.right - kernelWidth
        guard height >= 0, width >= 0, min(edges.top, edges.left, edges.bottom, edges.right) >= 0 else {
            throw NetworkError(
                node, found: "has a kernel of \(kernelHeight)x\(kernelWidth) for an input of shape \(input)",
                expected: "an input at least as large", remedy: "Use a larger input size")
        }
        return [height / stride + 1, width / stride + 1, filters]
    }
}
