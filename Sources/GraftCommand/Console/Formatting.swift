import GraftFiles
import GraftModels

extension String {
    /// The text with spaces behind it up to a width, and at least one.
    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(width - count, 1))
    }

    /// The text with spaces behind it up to a width, none where it is as long.
    func filled(to width: Int) -> String {
        self + String(repeating: " ", count: max(width - count, 0))
    }

    /// The text with spaces before it up to a width.
    func aligned(to width: Int) -> String {
        String(repeating: " ", count: max(width - count, 0)) + self
    }

    /// The text as a shell takes it for one word.
    var quotedForShell: String {
        let isPlain = allSatisfy { $0.isLetter || $0.isNumber || "/._-+~".contains($0) }
        return isPlain
            ? self
            : "'" + split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }

    /// The text, its middle left out where it is longer than `width`.
    func shortened(to width: Int) -> String {
        guard count > width, width > 4 else { return self }
        let tail = (width - 1) / 2
        return prefix(width - 1 - tail) + "…" + suffix(tail)
    }
}

extension BinaryInteger {
    /// The number with a noun in its singular or plural.
    func counted(_ singular: String, _ plural: String? = nil) -> String {
        "\(grouped) \(self == 1 ? singular : plural ?? singular + "s")"
    }

    /// A number in millions or thousands of millions: "25.6 M", "4.1 G".
    var scaled: String {
        let value = Double(self)
        let (unit, size) = value >= 1e9 ? ("G", 1e9) : ("M", 1e6)
        return "\((value / size).fixed(value / size < 99.95 ? 1 : 0)) \(unit)"
    }

    /// A number of bytes in the unit that fits: "18.8 MB".
    var bytes: String {
        let value = Double(self)
        for (unit, size) in [("GB", 1e9), ("MB", 1e6), ("kB", 1e3)] where value >= size {
            return "\((value / size).fixed(value / size < 100 ? 1 : 0)) \(unit)"
        }
        return "\(self) bytes"
    }
}

extension Double {
    /// The number with this many digits after the point.
    func fixed(_ digits: Int) -> String {
        guard isFinite else { return "\(self)" }
        let power = (0..<digits).reduce(1.0) { product, _ in product * 10 }
        let scaled = (magnitude * power).rounded()
        guard scaled < 9e15 else { return "\(self)" }
        let whole = Int(scaled)
        let sign = self < 0 && whole > 0 ? "-" : ""
        guard digits > 0 else { return "\(sign)\(whole)" }
        let text = String(whole)
        let padded = String(repeating: "0", count: max(digits + 1 - text.count, 0)) + text
        return "\(sign)\(padded.dropLast(digits)).\(padded.suffix(digits))"
    }

    /// The number with about three digits: "0.72", "31.4", "1,204".
    var threeDigits: String {
        if magnitude >= 99.95 { return magnitude < 9e15 ? Int(rounded()).grouped : "\(self)" }
        return fixed(magnitude < 9.995 ? 2 : 1)
    }

    /// A share as the design's tables show it: 0.993.
    var share: String { fixed(3) }

    /// A number in units of the user's own, with so many digits as tell something: "0.0123", "12.35", "1985".
    var digits: String {
        let size = magnitude
        guard size > 1e-9, size < 1e9 else { return size == 0 ? "0" : "\(self)" }
        var places = 0
        var limit = 1000.0
        while size < limit, places < 12 {
            places += 1
            limit /= 10
        }
        return fixed(places)
    }

    /// Seconds: "4.5 s", "2 min 5 s".
    var duration: String {
        guard self >= 100 else { return "\(fixed(1)) s" }
        guard self < 9e15 else { return "\(self) s" }
        let seconds = Int(rounded())
        if seconds < 3600 { return "\(seconds / 60) min \(seconds % 60) s" }
        return "\(seconds / 3600) h \(seconds / 60 % 60) min"
    }
}

extension Float {
    /// A number greater than 0 with two digits, as a person would type it: "0.0032", "3.2e-05".
    var twoDigits: String {
        guard self > 0, isFinite else { return "\(self)" }
        var (digits, exponent) = (Double(self), -1)
        while digits >= 99.5 { (digits, exponent) = (digits / 10, exponent + 1) }
        while digits < 9.95 { (digits, exponent) = (digits * 10, exponent - 1) }
        return Double("\(Int(digits.rounded()))e\(exponent + 1)").map { "\($0)" } ?? "\(self)"
    }
}

/// A small picture of how a number went, one character a step: ▂▅▆█; a × where it was none, as in a training that
/// diverges.
func sparkline(_ values: [Double], width: Int) -> String {
    let blocks = Array("▁▂▃▄▅▆▇█")
    let finite = values.filter(\.isFinite)
    let least = finite.min() ?? 0
    let high = finite.max() ?? 0
    // Small changes stay small: the picture spans at least five hundredths.
    let low = min(least, high - 0.05)
    return String(
        values.suffix(max(width, 0)).map { value in
            guard value.isFinite else { return "×" }
            // Halved, since the span of the largest numbers is none.
            let share = (value / 2 - low / 2) / (high / 2 - low / 2)
            return blocks[share.isFinite ? min(Int(max(share, 0) * 7.999), 7) : 0]
        })
}

/// A bar for the part of some work that is done.
func progressBar(_ part: Double, width: Int) -> String {
    let filled = part.isFinite ? Int((min(max(part, 0), 1) * Double(width)).rounded(.down)) : 0
    return String(repeating: "━", count: filled) + String(repeating: "─", count: max(width - filled, 0))
}
