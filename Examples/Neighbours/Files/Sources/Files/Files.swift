/// A folder of somebody else's.
public struct Folder {
    public let name: String
    public init(name: String) { self.name = name }
}
