/// The mean and spread of numbers over the training pictures, by which they are brought to the same size.
package struct Standardization: Sendable, Hashable, Codable {
    /// The mean of each number.
    package var mean: [Float]
    /// The standard deviation of each number; 1 for one that is always the same.
    package var deviation: [Float]

    /// Numbers that stay what they are.
    package init(mean: [Float], deviation: [Float]) {
        self.mean = mean
        self.deviation = deviation
    }

    /// That of the numbers of these pictures.
    package init(of rows: [[Float]], width: Int) {
        let count = Double(max(rows.count, 1))
        let means = (0..<width).map { column in rows.reduce(0.0) { $0 + Double($1[column]) } / count }
        mean = means.map { Float($0) }
        deviation = (0..<width).map { column in
            let squares = rows.reduce(0.0) { sum, row in
                let difference = Double(row[column]) - means[column]
                return sum + difference * difference
            }
            let deviation = Float((squares / count).squareRoot())
            return deviation > 0 ? deviation : 1
        }
    }

    /// What the network is trained to give.
    package func standardized(_ values: [Float]) -> [Float] {
        values.indices.map { (values[$0] - mean[$0]) / deviation[$0] }
    }

    /// What the user means.
    package func restored(_ values: [Float]) -> [Float] {
        values.indices.map { values[$0] * deviation[$0] + mean[$0] }
    }
}
