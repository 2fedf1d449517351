/// Operators and stored numbers of an ONNX model under way. Every value has a name of its own.
struct ONNXGraph: Sendable {
    /// The operators, each after those whose values it takes.
    private(set) var nodes: [ONNXNode] = []
    /// The stored numbers.
    private(set) var tensors: [ONNXTensor] = []
    /// The names that are taken.
    private var names: Set<String> = []

    /// A graph in which these names are taken.
    init(reserving names: [String]) { self.names = Set(names) }

    /// Adds an operator and returns the name of its value: the wanted one, or that with a number behind it.
    mutating func add(
        _ operation: String, _ inputs: [String], named name: String, _ attributes: [ONNXAttribute] = []
    ) -> String {
        let output = uniqueName(name)
        nodes.append(ONNXNode(operation: operation, inputs: inputs, output: output, attributes: attributes))
        return output
    }

    /// Adds stored numbers and returns their name.
    mutating func add(_ tensor: ONNXTensor) -> String {
        var tensor = tensor
        tensor.name = uniqueName(tensor.name)
        tensors.append(tensor)
        return tensor.name
    }

    /// Adds one number, without axes, and returns its name.
    mutating func constant(_ number: Float, named name: String) -> String {
        constant([number], named: name, dimensions: [])
    }

    /// Adds a few numbers and returns their name.
    mutating func constant(_ numbers: [Float], named name: String, dimensions: [Int]) -> String {
        let bytes = numbers.flatMap { Self.bytes(of: UInt64($0.bitPattern), count: 4) }
        return add(
            ONNXTensor(name: name, type: .float32, dimensions: dimensions, source: .bytes(bytes)))
    }

    /// Adds a few integers, a vector, and returns their name.
    mutating func integers(_ integers: [Int], named name: String) -> String {
        let bytes = integers.flatMap { Self.bytes(of: UInt64(bitPattern: Int64($0)), count: 8) }
        return add(
            ONNXTensor(name: name, type: .int64, dimensions: [integers.count], source: .bytes(bytes)))
    }

    /// Gives a value the name of an output, which is reserved.
    mutating func finish(_ value: String, as output: String, isRenamed: Bool) {
        guard isRenamed, let producer = nodes.firstIndex(where: { $0.output == value }) else {
            nodes.append(ONNXNode(operation: "Identity", inputs: [value], output: output, attributes: []))
            return
        }
        nodes[producer].output = output
        for index in nodes.indices {
            nodes[index].inputs = nodes[index].inputs.map { $0 == value ? output : $0 }
        }
    }

    /// The wanted name, or that with a number behind it where it is taken.
    private mutating func uniqueName(_ wanted: String) -> String {
        var (name, number) = (wanted, 1)
        while !names.insert(name).inserted {
            number += 1
            name = "\(wanted):\(number)"
        }
        return name
    }

    /// The lowest bytes of a value, lowest first.
    private static func bytes(of value: UInt64, count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
    }
}
