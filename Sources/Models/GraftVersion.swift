/// Graft's version.
public enum GraftVersion {
    /// The version as in "0.1.0", by the rules of Semantic Versioning.
    public static let current = "0.1.0"
}
