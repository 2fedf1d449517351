import GraftFiles

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// How lists name pictures.
enum PathInList {
    /// What a list at this path calls a file: paths in it are relative to its own folder, so they are told from the root
    /// unless that is this folder.
    static func at(_ list: String) -> (String) -> String {
        guard list.contains("/") else { return { $0 } }
        let here = FileManager.default.currentDirectoryPath
        return { $0.hasPrefix("/") ? $0 : here.appending(name: $0) }
    }
}
