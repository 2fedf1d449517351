/// A group to be written: named groups and datasets, and attributes.
package struct HDF5Group: Sendable {
    /// What a group can hold.
    package enum Member: Sendable {
        case group(HDF5Group)
        case dataset(HDF5Elements)
    }

    /// What it holds. The order does not matter: the file has it by name.
    package private(set) var members: [(name: String, member: Member)] = []
    /// Named values.
    package var attributes: [(name: String, value: HDF5Value)] = []

    /// An empty group.
    package init() {}

    /// Adds a group.
    package mutating func add(_ name: String, _ group: HDF5Group) { members.append((name, .group(group))) }

    /// Adds a dataset.
    package mutating func add(_ name: String, _ dataset: HDF5Elements) {
        members.append((name, .dataset(dataset)))
    }
}
