/// A size as people write it: "500MB", "2 GiB", "1000000"; 1 MB is 1,000,000 bytes, 1 MiB 1,048,576.
package struct ByteCount: Sendable {
    /// The number of bytes.
    package let value: Int

    /// The size that a text says, in bytes where it names no unit; `nil` where it is no size.
    package init?(_ text: String) {
        let compact = text.filter { $0 != " " }.lowercased()
        let digits = compact.prefix { $0.isNumber || $0 == "." }
        let units: [String: Double] = [
            "": 1, "b": 1, "k": 1e3, "kb": 1e3, "m": 1e6, "mb": 1e6, "g": 1e9, "gb": 1e9, "t": 1e12,
            "tb": 1e12,
            "kib": 1024, "mib": 1_048_576, "gib": 1_073_741_824,
        ]
        guard let number = Double(digits), let unit = units[String(compact.dropFirst(digits.count))],
            number.isFinite, number >= 0, number * unit < 9e18
        else { return nil }
        value = Int(number * unit)
    }
}
