/// Lengths of time as people write them: 90s, 10m, 1.5h.
package enum TimeText {
    /// What a length of time is, in the words of errors.
    package static let expected = "a time such as 90s, 10m or 1.5h"
    private static let units: [(letter: Character, seconds: Double)] = [("h", 3600), ("m", 60), ("s", 1)]
    /// What can be said: up to ten years.
    private static let greatest = 3.2e8

    /// Whether a length of time can be said.
    package static func allows(_ seconds: Double) -> Bool { seconds > 0 && seconds <= greatest }

    /// The seconds that a text says; `nil` where it says none.
    package static func seconds(_ text: String) -> Double? {
        guard let unit = units.first(where: { $0.letter == text.last }) else { return nil }
        let number = text.dropLast()
        guard number.allSatisfy({ "0123456789.".contains($0) }), let count = Double(number) else {
            return nil
        }
        return allows(count * unit.seconds) ? count * unit.seconds : nil
    }

    /// The text that says so many seconds, with the greatest unit of which they are a whole number.
    package static func text(_ seconds: Double) -> String {
        for unit in units where seconds.truncatingRemainder(dividingBy: unit.seconds) == 0 {
            return "\(Int(seconds / unit.seconds))\(unit.letter)"
        }
        return "\(seconds)s"
    }
}
