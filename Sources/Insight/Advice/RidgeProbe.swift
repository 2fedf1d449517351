internal import GraftTensors

/// A linear classifier on features, fitted in one step: ridge regression on the targets (Hoerl and Kennard, 1970), in the
/// form that needs inner products of pictures only. With one column a class it names the class with the greatest answer.
struct RidgeProbe: Sendable {
    /// The pictures it learned from.
    private let chosen: [Int]
    /// [outputs][pictures learned from].
    private let weights: [[Float]]
    /// The mean of the targets, which is added to all answers.
    private let mean: [Float]

    /// A classifier of some pictures.
    ///
    /// - Parameters:
    ///   - matrix: how alike all pictures are.
    ///   - chosen: those to learn from.
    ///   - targets: what is right for each picture: a row of numbers.
    ///   - ridge: how strongly the weights are held back, beside a picture's product with itself of about 1.
    init(_ matrix: GramMatrix, chosen: [Int], targets: [[Float]], ridge: Float) {
        self.chosen = chosen
        let width = targets.first?.count ?? 0
        let count = Float(max(chosen.count, 1))
        let mean = (0..<width).map { column in
            chosen.reduce(Float(0)) { $0 + targets[$1][column] } / count
        }
        self.mean = mean
        let factor = CholeskyFactor(chosen.count) { row, column in
            matrix[chosen[row], chosen[column]] + (row == column ? ridge : 0)
        }
        weights = (0..<width).map { column in
            factor.solve(chosen.map { targets[$0][column] - mean[column] })
        }
    }

    /// What it gives for a picture.
    func answer(_ picture: Int, _ matrix: GramMatrix) -> [Float] {
        let alike = chosen.map { matrix[picture, $0] }
        return weights.indices.map { mean[$0] + DotProduct.of(alike, weights[$0]) }
    }
}

/// A symmetric positive matrix as the product of a lower triangle with its transpose.
private struct CholeskyFactor {
    private let count: Int
    /// [rows, columns]; only columns up to the row are used.
    private var values: [Float]

    /// That of a matrix of so many rows.
    init(_ count: Int, _ element: (_ row: Int, _ column: Int) -> Float) {
        self.count = count
        var values = [Float](repeating: 0, count: count * count)
        unsafe values.withUnsafeMutableBufferPointer { values in
            for row in 0..<count {
                for column in 0...row {
                    let sum =
                        unsafe element(row, column)
                        - Self.dot(values, row * count, column * count, column)
                    if row == column {
                        // Rounding may make less than nothing of what is nearly singular.
                        unsafe values[row * count + row] = max(sum, 1e-6).squareRoot()
                    } else {
                        unsafe values[row * count + column] = sum / values[column * count + column]
                    }
                }
            }
        }
        self.values = values
    }

    /// The sum of the products of two runs of so many numbers.
    private static func dot(
        _ values: UnsafeMutableBufferPointer<Float>, _ first: Int, _ second: Int, _ count: Int
    ) -> Float {
        guard let base = values.baseAddress else { return 0 }
        let (left, right) = unsafe (UnsafeRawPointer(base + first), UnsafeRawPointer(base + second))
        var (sums, more, rest) = (SIMD16<Float>(repeating: 0), SIMD16<Float>(repeating: 0), Float(0))
        var index = 0
        while index + 32 <= count {
            sums +=
                unsafe left.loadUnaligned(fromByteOffset: 4 * index, as: SIMD16<Float>.self)
                * right.loadUnaligned(fromByteOffset: 4 * index, as: SIMD16<Float>.self)
            more +=
                unsafe left.loadUnaligned(fromByteOffset: 4 * index + 64, as: SIMD16<Float>.self)
                * right.loadUnaligned(fromByteOffset: 4 * index + 64, as: SIMD16<Float>.self)
            index += 32
        }
        while index < count {
            rest += unsafe values[first + index] * values[second + index]
            index += 1
        }
        return (sums + more).sum() + rest
    }

    /// What the matrix times a vector is this one for.
    func solve(_ right: [Float]) -> [Float] {
        var solution = right
        for row in 0..<count {
            var sum = solution[row]
            for column in 0..<row { sum -= values[row * count + column] * solution[column] }
            solution[row] = sum / values[row * count + row]
        }
        for row in (0..<count).reversed() {
            solution[row] /= values[row * count + row]
            let known = solution[row]
            for column in 0..<row { solution[column] -= values[row * count + column] * known }
        }
        return solution
    }
}
