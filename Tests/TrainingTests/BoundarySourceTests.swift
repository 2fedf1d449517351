import GraftDatasets
import GraftFiles
import Testing

@testable import GraftTraining

/// What the trained part of a network reads of pictures.
@Suite struct BoundarySourceTests {
    let head: HeadFixture

    init() throws {
        head = try HeadFixture(classes: 2, rows: 6, purpose: "boundary") { row, draw in Float(row) + draw }
    }

    @Test func pictureWithoutFeaturesIsAnErrorAndNoRowIsDropped() async throws {
        let source = CachedBoundary(head.features, of: [10, 11, 12, 13, 14, 15])
        #expect(try await source.block([12, 10], epoch: 0).rows == [2, 0])
        let error = await #expect(throws: TrainingError.self) {
            try await source.block([12, 3, 10], epoch: 0)
        }
        #expect(error?.description.hasPrefix("Picture 3 has no features") == true)
    }

    @Test func pictureWithoutVariantsIsAnError() async throws {
        let source = CachedBoundary(
            head.features, of: nil, variants: head.features, variantCount: 3, of: [7, 4])
        #expect(try await source.block([4, 7], epoch: 2).rows == [4, 1])
        await #expect(throws: TrainingError.self) { try await source.block([4, 5], epoch: 1) }
    }

    @Test func numbersAreStandardizedInSixtyFourBits() {
        let rows = (0..<4).map { [1_600_000_000 + Double($0)] }
        let standardization = Standardization(of: rows, width: 1)
        #expect(standardization.mean == [1_600_000_001.5])
        let values = rows.flatMap { standardization.standardized($0) }
        let deviation = 1.25.squareRoot()
        for (value, number) in zip(values, [-1.5, -0.5, 0.5, 1.5]) {
            #expect(abs(Double(value) - number / deviation) < 1e-6)
        }
    }
}
