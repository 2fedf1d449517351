extension String {
    /// The text as a cell of comma-separated values (RFC 4180): in quotation marks where it has to be, or where that is
    /// asked for.
    package func quotedForCSV(always: Bool = false) -> String {
        let special = Array("\",\n\r".utf8)
        guard always || utf8.contains(where: special.contains) else { return self }
        return "\"" + replacing("\"", with: "\"\"") + "\""
    }
}
