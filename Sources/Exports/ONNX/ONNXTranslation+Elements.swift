internal import GraftNetworks
internal import GraftTensors

/// Functions of elements, and operations on two inputs.
extension ONNXTranslation {
    /// A function of each element alone.
    mutating func add(_ activation: Activation, of name: String, to input: String) -> String {
        switch activation {
        case .relu: return graph.add("Relu", [input], named: name)
        case .relu6:
            let limits = [
                graph.constant(0, named: "\(name):least"), graph.constant(6, named: "\(name):greatest"),
            ]
            return graph.add("Clip", [input] + limits, named: name)
        case .leakyReLU(let slope):
            return graph.add("LeakyRelu", [input], named: name, [ONNXAttribute("alpha", slope)])
        case .sigmoid: return graph.add("Sigmoid", [input], named: name)
        case .silu:
            let gate = graph.add("Sigmoid", [input], named: "\(name):gate")
            return graph.add("Mul", [input, gate], named: name)
        case .hardSwish: return graph.add("HardSwish", [input], named: name)
        case .hardSigmoid:
            // The operator's own slope is 0.2.
            let slope = [ONNXAttribute("alpha", Float(1) / 6), ONNXAttribute("beta", 0.5)]
            return graph.add("HardSigmoid", [input], named: name, slope)
        case .gelu:
            // Φ(x) = (1 + erf(x / √2)) / 2
            let scaled = multiply(input, by: Float(0.5.squareRoot()), named: "\(name):scaled")
            let error = graph.add("Erf", [scaled], named: "\(name):erf")
            return half(of: input, timesOneMore: error, named: name)
        case .geluTanh:
            // The numbers are those of Hendrycks and Gimpel, 2016.
            let square = graph.add("Mul", [input, input], named: "\(name):square")
            let cube = graph.add("Mul", [square, input], named: "\(name):cube")
            let part = multiply(cube, by: 0.044715, named: "\(name):part")
            let sum = graph.add("Add", [input, part], named: "\(name):sum")
            let scaled = multiply(sum, by: Float((2 / Double.pi).squareRoot()), named: "\(name):scaled")
            let tanh = graph.add("Tanh", [scaled], named: "\(name):tanh")
            return half(of: input, timesOneMore: tanh, named: name)
        }
    }

    /// A value times a number.
    private mutating func multiply(_ input: String, by factor: Float, named name: String) -> String {
        let constant = graph.constant(factor, named: "\(name):factor")
        return graph.add("Mul", [input, constant], named: name)
    }

    /// x · (1 + y) / 2
    private mutating func half(of x: String, timesOneMore y: String, named name: String) -> String {
        let one = graph.constant(1, named: "\(name):one")
        let sum = graph.add("Add", [y, one], named: "\(name):more")
        let product = graph.add("Mul", [x, sum], named: "\(name):product")
        return multiply(product, by: 0.5, named: name)
    }

    /// An operator on two inputs; the one with fewer axes gets those that it lacks.
    mutating func combine(
        _ operation: String, _ node: Node, _ inputs: [Value], _ shapes: [Shape]
    ) -> String {
        let rank = max(shapes[0].rank, shapes[1].rank)
        let first = widened(inputs[0].name, shapes[0].rank, to: rank)
        let second = widened(inputs[1].name, shapes[1].rank, to: rank)
        return graph.add(operation, [first, second], named: node.name)
    }

    /// A value with as many axes as `rank` says, aligned from the last one on as Graft describes shapes.
    private mutating func widened(_ value: String, _ own: Int, to rank: Int) -> String {
        guard own < rank else { return value }
        switch (own, rank) {
        case (1, 3): return unsqueeze(value, [2, 3])
        case (2, 3):
            let channelsFirst = graph.add(
                "Transpose", [value], named: "\(value):channelsFirst", [ONNXAttribute("perm", [0, 2, 1])])
            return unsqueeze(channelsFirst, [2])
        case (3, _):
            return unsqueeze(channelsLast(value), Array(1...rank - own))
        default: return unsqueeze(value, Array(1...rank - own))
        }
    }

    /// A value with axes of extent 1 at these places.
    private mutating func unsqueeze(_ value: String, _ axes: [Int]) -> String {
        let constant = graph.integers(axes, named: "\(value):axes")
        return graph.add("Unsqueeze", [value, constant], named: "\(value):wide")
    }
}
