/// A network of cables.
public struct Network {
    public let name: String
    public init(name: String) { self.name = name }
}
