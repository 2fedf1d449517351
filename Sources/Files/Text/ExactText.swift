/// A text that equals only a text of the same bytes: for names of files and classes.
///
/// To `String`, the letter é is the same as e with an accent behind it, whatever the bytes. To the system
/// these are two names, and so they are where this is the key.
package struct ExactText: Sendable, Hashable, Comparable {
    /// The text itself.
    package let text: String

    /// A text, to be compared by its bytes.
    package init(_ text: String) { self.text = text }

    /// Whether the bytes are the same.
    package static func == (first: ExactText, second: ExactText) -> Bool {
        first.text.utf8.elementsEqual(second.text.utf8)
    }

    /// Hashes the bytes.
    package func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { unsafe hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }

    /// Whether the bytes come before the other's.
    package static func < (first: ExactText, second: ExactText) -> Bool {
        first.text.utf8.lexicographicallyPrecedes(second.text.utf8)
    }
}

extension Sequence<String> {
    /// The texts in the order of their bytes.
    package var sortedByBytes: [String] {
        sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}

extension String {
    /// Whether the bytes are the same.
    package func hasBytes(of other: String) -> Bool { utf8.elementsEqual(other.utf8) }

    /// The text with all but plain letters as their Unicode numbers, to tell two forms apart: `caf\u{e9}`.
    package var showingNumbers: String {
        unicodeScalars.map { $0.isASCII ? String($0) : "\\u{" + String($0.value, radix: 16) + "}" }.joined()
    }
}
