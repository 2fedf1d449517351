/// The number of bytes that a closure said it would give, and that it has given.
struct PromisedBytes {
    /// What an error is about.
    let subject: String
    /// The number that was promised.
    let expected: Int
    private var count = 0

    /// A promise of `expected` bytes.
    init(_ expected: Int, for subject: String) {
        self.subject = subject
        self.expected = expected
    }

    /// Counts bytes; call it before they are written.
    mutating func take(_ more: Int) throws(WeightFileError) {
        count += more
        guard count <= expected else { throw broken("more than \(expected)") }
    }

    /// Checks that all have come.
    func finish() throws(WeightFileError) {
        guard count == expected else { throw broken("\(count)") }
    }

    private func broken(_ found: String) -> WeightFileError {
        .unwritable(subject, "was given \(found) bytes", expected: "\(expected)")
    }
}
