import GraftFiles
import GraftTensors
import Testing

@testable import GraftWeightFiles

/// All that is in an HDF5 file, by path.
struct HDF5Contents {
    private(set) var groups: Set<String> = []
    private(set) var datasets: [String: Tensor] = [:]
    private let file: HDF5File

    init(_ path: String) throws {
        let mapped = try MappedFile(path)
        file = try HDF5File(ByteRegion(mapped), budget: MemoryBudget(fileSize: mapped.count))
        try visit(file.root, "")
    }

    private mutating func visit(_ place: Int, _ path: String) throws {
        let object = try file.object(at: place)
        guard object.isGroup else {
            datasets[path] = try HDF5Dataset(object, subject: path).tensor()
            return
        }
        groups.insert(path)
        for (name, member) in try file.members(at: place) {
            try visit(member, path.isEmpty ? name : "\(path)/\(name)")
        }
    }

    /// The names of an object's attributes.
    func attributeNames(of path: String) throws -> [String] {
        let place = try #require(try file.find(path, from: file.root))
        return try file.object(at: place).attributes().map(\.name)
    }

    /// The texts of an attribute.
    func texts(_ name: String, of path: String) throws -> [String]? {
        let place = try #require(try file.find(path, from: file.root))
        return try file.object(at: place).texts(name, of: path)
    }
}
