internal import GraftOneDNN

/// The library that plans compute with.
package enum ComputeLibrary {
    /// Its version, as in "3.2.0".
    package static var version: String { Engine.version }
}
