/// The descriptor of a sum of two inputs.
struct Addition: Sendable, Hashable, Codable {}

extension Addition: BroadcastDescriptor {
    static var kind: NetworkOperation.Kind { .add }
    var operation: NetworkOperation { .add }
    var summary: String { "add" }
}
