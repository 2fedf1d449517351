import Testing

@testable import GraftReports

/// Ranges with round ends.
@Suite struct AxisTests {
    static let ranges: [[Double]] = [
        [0, 1], [0.013, 0.97], [-5, 1234], [3, 3], [0, 0], [1e-12, 3e-12], [-1e99, 1e99], [1e16, 1e16 + 4],
        [], [.nan, 2, .infinity],
    ]

    @Test(arguments: ranges)
    func valuesLieBetweenTheEnds(values: [Double]) {
        let axis = Axis(covering: values)
        #expect(axis.lower < axis.upper)
        #expect((2...13).contains(axis.ticks.count))
        for value in values where value.isFinite {
            #expect((-1e-9...1 + 1e-9).contains(axis.position(value)))
        }
    }

    @Test func sharesHaveFiveSteps() {
        let axis = Axis.shares
        #expect(axis.ticks.map(axis.label) == ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"])
    }

    @Test func epochsHaveWholeLabels() {
        let axis = Axis(covering: [1, 4], isWhole: true)
        #expect(axis.position(1) == 0 && axis.position(4) == 1)
        #expect(axis.ticks.allSatisfy { $0 == $0.rounded() })
    }
}
