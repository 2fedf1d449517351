/// Whole numbers in given proportions: the method of the largest remainder.
enum Apportionment {
    /// Shares of `total` in proportion to `sizes`, each at most its size and, as far as `total` allows, at
    /// least `minimum(size)`.
    ///
    /// - Precondition: `total` is not negative and not above the sum of sizes, and minima are not above
    ///   sizes.
    static func shares(of total: Int, sizes: [Int], minimum: (Int) -> Int) -> [Int] {
        let sum = sizes.reduce(0, +)
        guard sum > 0 else { return sizes.map { _ in 0 } }
        var shares = sizes.map { max($0 * total / sum, minimum($0)) }
        let remainders = sizes.map { $0 * total % sum }
        // By falling remainder, ties by position.
        let order = sizes.indices.sorted { (remainders[$0], $1) > (remainders[$1], $0) }
        var missing = total - shares.reduce(0, +)
        while missing > 0 {
            let before = missing
            for index in order where missing > 0 && shares[index] < sizes[index] {
                shares[index] += 1
                missing -= 1
            }
            if missing == before { break }
        }
        while missing < 0 {
            // Minima took too much: the largest share that may gives one back.
            guard
                let largest = sizes.indices.filter({ shares[$0] > minimum(sizes[$0]) })
                    .max(by: { (shares[$0], $1) < (shares[$1], $0) })
            else { break }
            shares[largest] -= 1
            missing += 1
        }
        return shares
    }
}
