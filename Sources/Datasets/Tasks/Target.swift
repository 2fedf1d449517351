/// What is right for one picture: classes, numbers, or both, as its task understands them.
///
/// ```swift
/// let target = Target.labels([0, 2])
/// ```
public struct Target: Sendable, Hashable, Codable {
    /// The indices of its classes among the data set's names, ascending; none where it is of no class.
    public var classes: [Int]
    /// Its numbers, in the units of the data.
    public var numbers: [Double]

    /// A target of these parts.
    public init(classes: [Int] = [], numbers: [Double] = []) {
        self.classes = classes
        self.numbers = numbers
    }

    /// One class, by its index.
    public static func label(_ label: Int) -> Target { Target(classes: [label]) }

    /// Classes by their indices, ascending; none where the picture is of no class.
    public static func labels(_ labels: [Int]) -> Target { Target(classes: labels) }

    /// Numbers, in the units of the data, in the order of the data set's names for them.
    public static func numbers(_ numbers: [Double]) -> Target { Target(numbers: numbers) }
}

extension Target {
    /// It in words: the names of its classes among these, and its numbers; "nothing" where there are none.
    package func words(_ names: [String]) -> String {
        let words = classes.map { names[$0] } + numbers.map(\.shortened)
        return words.isEmpty ? "nothing" : words.joined(separator: ", ")
    }
}

extension Dataset {
    /// A target in words: the names of its classes, and its numbers; "nothing" where there are none.
    package func words(for target: Target) -> String { target.words(classes) }
}

extension Double {
    /// The number with at most four digits that count, and all of those before the point.
    package var shortened: String {
        guard isFinite, self != 0 else { return self == 0 ? "0" : "\(self)" }
        var scale = 1.0
        while (magnitude * scale).rounded() < 1000 && scale < 1e12 { scale *= 10 }
        let rounded = (self * scale).rounded() / scale
        guard rounded.isFinite else { return "\(self)" }
        let text = "\(rounded)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
