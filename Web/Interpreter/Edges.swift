/// The rows and columns of zeros around a feature map.
struct Edges {
    /// Rows above.
    var top: Int
    /// Columns on the left.
    var left: Int
    /// Rows below.
    var bottom: Int
    /// Columns on the right.
    var right: Int

    init(_ words: inout WordReader) throws(Flaw) {
        top = try words.integer(0...1024)
        left = try words.integer(0...1024)
        bottom = try words.integer(0...1024)
        right = try words.integer(0...1024)
    }
}
