/// The descriptor of a product of two inputs, element by element.
struct Multiplication: Sendable, Hashable, Codable {}

extension Multiplication: BroadcastDescriptor {
    static var kind: NetworkOperation.Kind { .multiply }
    var operation: NetworkOperation { .multiply }
    var summary: String { "multiply" }
}
