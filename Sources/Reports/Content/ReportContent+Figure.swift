extension ReportContent {
    /// A figure with its name.
    package struct Figure: Sendable, Codable {
        /// What it is: "top-1".
        package var name: String
        /// Its value, in words: "0.993".
        package var value: String
        /// How sure it is, in words: "95% between 0.979 and 0.998"; `nil` where nothing is known.
        package var interval: String?

        /// Creates it from its parts.
        package init(name: String, value: String, interval: String? = nil) {
            self.name = name
            self.value = value
            self.interval = interval
        }
    }
}
