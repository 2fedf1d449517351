extension [UInt8] {
    /// Whether these bytes stand somewhere in it.
    package func holds(_ part: [UInt8]) -> Bool {
        guard let first = part.first, count >= part.count else { return false }
        return indices.dropLast(part.count - 1).contains {
            self[$0] == first && self[$0...].starts(with: part)
        }
    }
}
