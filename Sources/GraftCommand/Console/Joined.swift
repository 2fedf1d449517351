/// Two values as one object of JSON, with the fields of both.
struct Joined<First: Encodable, Second: Encodable>: Encodable {
    private var first: First
    private var second: Second

    init(_ first: First, _ second: Second) {
        self.first = first
        self.second = second
    }

    func encode(to encoder: any Encoder) throws {
        try first.encode(to: encoder)
        try second.encode(to: encoder)
    }
}
