extension ReportContent {
    /// Something about the data that its owner should know.
    package struct Note: Sendable, Codable {
        /// "left out", "warning" or "note".
        package var severity: String
        /// What it is.
        package var text: String

        /// Creates it from its parts.
        package init(severity: String, text: String) {
            self.severity = severity
            self.text = text
        }
    }
}
