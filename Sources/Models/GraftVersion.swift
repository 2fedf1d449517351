/// Graft's version.
package enum GraftVersion {
    /// The version as in "0.1.0", by the rules of Semantic Versioning.
    package static let current = "0.1.0"
}
