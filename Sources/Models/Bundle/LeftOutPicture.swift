internal import GraftDatasets

/// A picture that was not used, and why.
package struct LeftOutPicture: Sendable, Hashable, Codable {
    /// The path within the data folder.
    package var path: String
    /// Why, worded to follow the path: "is cut short".
    package var reason: String

    /// A picture that was not used.
    package init(path: String, reason: String) {
        self.path = path
        self.reason = reason
    }
}

extension LeftOutPicture {
    /// The picture that a finding is about.
    init(_ finding: Finding) {
        let path = finding.path ?? ""
        let isNamed = finding.message.hasPrefix(path + " ")
        self.init(
            path: path, reason: isNamed ? String(finding.message.dropFirst(path.count + 1)) : finding.message)
    }
}
