/// What is to be learned from pictures.
public enum LearningTask: String, Sendable, Hashable, Codable, CaseIterable {
    /// Each picture is of one class.
    case classification
    /// Each picture is of any number of classes, or of none.
    case multiLabel = "multi-label"
    /// Each picture has numbers.
    case regression
}

/// What is right for one picture.
public enum Target: Sendable, Hashable, Codable {
    /// The index of its class.
    case label(Int)
    /// The indices of its classes, ascending; none where it is of no class.
    case labels([Int])
    /// Its numbers, in the units of the data, in the order of the data set's names for them.
    case numbers([Float])
}

extension Dataset {
    /// A target in words: the names of its classes, or its numbers; "nothing" where there are none.
    func words(for target: Target) -> String {
        let words =
            switch target {
            case .label(let label): [classes[label]]
            case .labels(let labels): labels.map { classes[$0] }
            case .numbers(let numbers): numbers.map { Double($0).shortened }
            }
        return words.isEmpty ? "nothing" : words.joined(separator: ", ")
    }
}

extension Double {
    /// The number with at most four digits that count, and all of those before the point.
    var shortened: String {
        guard isFinite, self != 0 else { return self == 0 ? "0" : "\(self)" }
        var scale = 1.0
        while (magnitude * scale).rounded() < 1000 && scale < 1e12 { scale *= 10 }
        let rounded = (self * scale).rounded() / scale
        guard rounded.isFinite else { return "\(self)" }
        let text = "\(rounded)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
