#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension Double {
    /// The number with so many digits behind the point: "0.98". "–" where it is no number.
    func fixed(_ digits: Int) -> String {
        guard isFinite else { return "–" }
        let scale = pow(10, Double(digits))
        let scaled = (magnitude * scale).rounded()
        guard scaled < 1e15 else { return "\(self)" }
        let whole = Int(scaled)
        let sign = self < 0 && whole > 0 ? "−" : ""
        guard digits > 0 else { return sign + whole.grouped }
        let unit = Int(scale)
        let fraction = String(whole % unit)
        return sign + (whole / unit).grouped + "." + String(repeating: "0", count: digits - fraction.count)
            + fraction
    }

    /// The number with about four digits that count, for values of any size.
    var significant: String {
        guard isFinite, self != 0 else { return fixed(0) }
        let place = Int(floor(log10(magnitude)))
        return place < -5 || place > 9 ? "\(self)" : fixed(max(0, 3 - place))
    }

    /// A share as a percentage: "87.3%".
    var percentage: String { (self * 100).fixed(1) + (isFinite ? "%" : "") }

    /// The number for an attribute of SVG, with one digit behind the point.
    var coordinate: String {
        let tenths = Int((Swift.min(Swift.max(self, -1e6), 1e6) * 10).rounded())
        let sign = tenths < 0 ? "-" : ""
        let fraction = tenths.magnitude % 10
        return sign + "\(tenths.magnitude / 10)" + (fraction == 0 ? "" : ".\(fraction)")
    }
}

extension Int {
    /// The number with commas between thousands.
    var grouped: String {
        let digits = String(magnitude)
        var result = self < 0 ? "−" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { result.append(",") }
            result.append(digit)
        }
        return result
    }

    /// The number and what is counted: "1 picture", "2 pictures".
    func counted(_ singular: String, _ plural: String) -> String {
        grouped + " " + (self == 1 ? singular : plural)
    }
}
