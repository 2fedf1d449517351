/// How a feature map is extended by zeros before a convolution or pooling.
package enum Padding: Sendable, Hashable, Codable {
    /// As much as gives ⌈size / stride⌉ outputs, the odd row or column at the bottom and right: TensorFlow's
    /// "same".
    case same
    /// None.
    case valid
    /// These numbers of rows and columns.
    case edges(Edges)

    /// Rows and columns added on each side.
    package struct Edges: Sendable, Hashable, Codable {
        /// Rows above.
        package var top: Int
        /// Columns on the left.
        package var left: Int
        /// Rows below.
        package var bottom: Int
        /// Columns on the right.
        package var right: Int

        /// Rows and columns added on each side.
        package init(top: Int, left: Int, bottom: Int, right: Int) {
            self.top = top
            self.left = left
            self.bottom = bottom
            self.right = right
        }
    }

    /// The same number of rows and columns on all four sides: PyTorch's padding.
    package static func all(_ count: Int) -> Padding { .symmetric(rows: count, columns: count) }

    /// A number of rows above and below, and of columns on the left and right.
    package static func symmetric(rows: Int, columns: Int) -> Padding {
        .edges(Edges(top: rows, left: columns, bottom: rows, right: columns))
    }

    /// The rows and columns added for an input of this height and width.
    package func edges(height: Int, width: Int, kernelHeight: Int, kernelWidth: Int, stride: Int) -> Edges {
        switch self {
        case .valid: return Edges(top: 0, left: 0, bottom: 0, right: 0)
        case .edges(let edges): return edges
        case .same:
            func total(_ size: Int, _ kernel: Int) -> Int {
                Swift.max(((size + stride - 1) / stride - 1) * stride + kernel - size, 0)
            }
            let vertical = total(height, kernelHeight)
            let horizontal = total(width, kernelWidth)
            return Edges(
                top: vertical / 2, left: horizontal / 2, bottom: vertical - vertical / 2,
                right: horizontal - horizontal / 2)
        }
    }
}
