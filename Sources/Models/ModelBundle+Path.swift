extension ModelBundle {
    /// Where the model of some data is saved unless somebody says otherwise: the folder's name with `.graft`,
    /// in the working folder.
    package static func defaultPath(forData path: String) -> String {
        let name = path.split(separator: "/").last { $0 != "." && $0 != ".." }
        return "\(name ?? "model").graft"
    }
}
