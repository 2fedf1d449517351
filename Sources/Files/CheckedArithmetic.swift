/// Arithmetic on numbers that a file claims: `nil` where the result is no `Int`, never a trap.
extension Int {
    /// The sum.
    package func adding(checked other: Int) -> Int? {
        let (result, overflow) = addingReportingOverflow(other)
        return overflow ? nil : result
    }

    /// The product.
    package func multiplied(checked other: Int) -> Int? {
        let (result, overflow) = multipliedReportingOverflow(by: other)
        return overflow ? nil : result
    }
}

extension Sequence where Element == Int {
    /// The product of all of them.
    package var checkedProduct: Int? {
        var product = 1
        for factor in self {
            guard let next = product.multiplied(checked: factor) else { return nil }
            product = next
        }
        return product
    }
}
