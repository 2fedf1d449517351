import GraftModels

/// Says which entries of a user's weight file were not used, so that nobody takes them for loaded.
enum UnusedEntries {
    static func notice(_ entries: [String], in file: String) -> String? {
        guard let first = entries.first else { return nil }
        let others = entries.count > 1 ? " and \(entries.count - 1) more" : ""
        return "not used of \(file): \(first)\(others)"
    }
}
