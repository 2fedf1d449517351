extension ReportContent {
    /// A name and what stands behind it.
    package struct Entry: Sendable, Codable {
        /// The name.
        package var name: String
        /// What stands behind it; it may have several lines.
        package var value: String

        /// Creates it from its parts.
        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }
}
