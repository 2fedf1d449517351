package import GraftFiles

extension ModelBundle {
    /// Where the model of some data is saved unless somebody says otherwise: the folder's name with `.graft`,
    /// in the working folder.
    package static func defaultPath(forData path: String) -> String {
        let name = path.utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }
            .last { $0 != "." && $0 != ".." }
        return "\(name ?? "model").graft"
    }

    /// Where a training of the model that will be at `path` keeps its checkpoint: beside it, never within,
    /// however the path is written.
    package static func checkpointPath(forModel path: String) throws(FileError) -> String {
        "\(try FolderPlace(path).path).checkpoint"
    }
}
