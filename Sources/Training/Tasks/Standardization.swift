/// The mean and spread of numbers over the training pictures, by which they are brought to the same size: in
/// 64 bits, since numbers may differ by little of what they are.
package struct Standardization: Sendable, Hashable, Codable {
    /// The mean of each number.
    package var mean: [Double]
    /// The standard deviation of each number; 1 for one that is always the same.
    package var deviation: [Double]

    /// Numbers that stay what they are.
    package init(mean: [Double], deviation: [Double]) {
        self.mean = mean
        self.deviation = deviation
    }

    /// That of the numbers of these pictures.
    package init(of rows: [[Double]], width: Int) {
        let count = Double(max(rows.count, 1))
        let means = (0..<width).map { column in rows.reduce(0.0) { $0 + $1[column] } / count }
        mean = means
        deviation = (0..<width).map { column in
            let squares = rows.reduce(0.0) { sum, row in
                let difference = row[column] - means[column]
                return sum + difference * difference
            }
            let deviation = (squares / count).squareRoot()
            return deviation > 0 ? deviation : 1
        }
    }

    /// What the network is trained to give.
    package func standardized(_ values: [Double]) -> [Float] {
        values.indices.map { Float((values[$0] - mean[$0]) / deviation[$0]) }
    }

    /// What the user means.
    package func restored(_ values: [Float]) -> [Float] {
        values.indices.map { Float(Double(values[$0]) * deviation[$0] + mean[$0]) }
    }
}
