/// Gives out names that Keras accepts with every backend, each once.
///
/// TensorFlow accepts few characters, and a letter or digit at the start; PyTorch accepts no full stop.
struct KerasNames: Sendable {
    private var taken: Set<String> = []

    /// No names so far.
    init() {}

    /// A name like `wish`, which nobody has yet.
    mutating func name(like wish: String) -> String {
        let base = KerasNames.accepted(wish)
        var name = base
        var number = 2
        while !taken.insert(name).inserted {
            name = "\(base)_\(number)"
            number += 1
        }
        return name
    }

    /// The text with an underscore in place of what Keras does not accept.
    static func accepted(_ text: String) -> String {
        let name = String(
            String.UnicodeScalarView(text.unicodeScalars.map { isAccepted($0) ? $0 : "_" }))
        guard let first = name.first, first != "_", first != "-" else { return "layer\(name)" }
        return name
    }

    private static func isAccepted(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "_", "-": true
        default: false
        }
    }
}
