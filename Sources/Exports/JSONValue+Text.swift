internal import GraftFiles

extension JSONValue {
    /// The value as a JSON text (RFC 8259), on one line.
    var text: String {
        switch self {
        case .null: "null"
        case .bool(let flag): flag ? "true" : "false"
        case .integer(let number): String(number)
        case .number(let digits): digits
        case .text(let text): text.quotedForJSON
        case .array(let values): "[\(values.map(\.text).joined(separator: ", "))]"
        case .object(let members):
            "{\(members.map { "\($0.key.quotedForJSON): \($0.value.text)" }.joined(separator: ", "))}"
        }
    }

    /// A finite number with as many digits as tell it from all others.
    static func float(_ value: Float) -> JSONValue { .number("\(value)") }

    /// A finite number with as many digits as tell it from all others.
    static func double(_ value: Double) -> JSONValue { .number("\(value)") }

    /// Whole numbers in order.
    static func integers(_ values: [Int]) -> JSONValue { .array(values.map { .integer($0) }) }

    /// Keys and values in this order.
    ///
    /// - Precondition: no key occurs twice.
    static func members(_ members: KeyValuePairs<String, JSONValue>) -> JSONValue {
        .object(members.map { Member(key: $0.key, value: $0.value) })
    }
}
