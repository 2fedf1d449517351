internal import GraftTensors

/// How alike pictures are: the inner products of their features, each feature of mean 0 and deviation 1, divided by the
/// number of features. A picture's product with itself is about 1.
///
/// It is all that linear classifiers and neighbours need, and costs the same for a few features and for many.
struct GramMatrix: Sendable {
    /// The number of pictures.
    let count: Int
    /// [pictures, pictures].
    private(set) var values: [Float]

    /// That of the pictures with these features.
    ///
    /// - Parameter rows: one row a picture, all as long.
    init(_ rows: [[Float]], threads: Int) async {
        count = rows.count
        let scaled = GramMatrix.standardized(rows)
        let (count, size) = (rows.count, max((rows.count + 4 * threads - 1) / (4 * threads), 1))
        values = await withTaskGroup(of: (Int, [Float]).self) { group in
            for start in stride(from: 0, to: count, by: size) {
                group.addTask {
                    var part: [Float] = []
                    part.reserveCapacity(size * count)
                    for row in start..<min(start + size, count) {
                        for column in 0..<count { part.append(DotProduct.of(scaled[row], scaled[column])) }
                    }
                    return (start, part)
                }
            }
            var parts: [Int: [Float]] = [:]
            for await (start, part) in group { parts[start] = part }
            return parts.keys.sorted().flatMap { parts[$0] ?? [] }
        }
    }

    /// The mean of several of the same pictures: that of all their features side by side, each kind counting the same.
    ///
    /// - Precondition: there is at least one, all of as many pictures.
    init(meanOf matrices: [GramMatrix]) {
        count = matrices[0].count
        var sums = matrices[0].values
        for matrix in matrices.dropFirst() {
            for index in sums.indices { sums[index] += matrix.values[index] }
        }
        let factor = 1 / Float(matrices.count)
        values = sums.map { $0 * factor }
    }

    /// How alike two pictures are.
    subscript(_ row: Int, _ column: Int) -> Float { values[row * count + column] }

    /// The rows with features of mean 0 and deviation 1, divided by the root of their number.
    private static func standardized(_ rows: [[Float]]) -> [[Float]] {
        let width = rows.first?.count ?? 0
        let count = Float(max(rows.count, 1))
        var mean = [Float](repeating: 0, count: width)
        for row in rows { for index in 0..<width { mean[index] += row[index] } }
        for index in 0..<width { mean[index] /= count }
        var squares = [Float](repeating: 0, count: width)
        for row in rows {
            for index in 0..<width {
                let difference = row[index] - mean[index]
                squares[index] += difference * difference
            }
        }
        let root = Float(max(width, 1)).squareRoot()
        let scale = squares.map { $0 > 0 ? 1 / (($0 / count).squareRoot() * root) : 0 }
        return rows.map { row in (0..<width).map { (row[$0] - mean[$0]) * scale[$0] } }
    }
}
