/// The four letters that structures of an HDF5 file begin with.
enum HDF5Signature: String {
    case tree = "TREE", symbolTable = "SNOD", nameHeap = "HEAP", globalHeap = "GCOL"
    /// The header of an object, and a block that goes on with it, both in version 2.
    case objectHeader = "OHDR", continuation = "OCHK"

    /// The letters in ASCII.
    var bytes: [UInt8] { Array(rawValue.utf8) }
}
