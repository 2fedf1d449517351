/// The value of an attribute to be written.
package enum HDF5Value: Sendable, Hashable {
    /// One text, as h5py writes a `str`: of variable length.
    case text(String)
    /// One text of as many bytes as it has, as h5py writes `bytes`.
    case fixedText(String)
    /// A list of texts, each of variable length.
    case texts([String])
    /// One integer of 64 bits.
    case integer(Int64)
    /// One number of 32 bits.
    case float(Float)
}
