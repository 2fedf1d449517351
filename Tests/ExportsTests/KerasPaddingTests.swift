import GraftNetworks
import Testing

@testable import GraftExports

@Suite struct KerasPaddingTests {
    private let uneven = Padding.edges(Padding.Edges(top: 2, left: 0, bottom: 1, right: 2))

    private func classes(_ operations: NetworkOperation...) throws -> [String] {
        var builder = NetworkBuilder("net")
        var x = builder.input(height: 9, width: 12)
        for (number, operation) in operations.enumerated() { x = builder.add("n\(number)", operation, to: x) }
        return Array(try KerasCase(builder.build()).classes.dropFirst())
    }

    private func pooling(
        _ reduction: Pooling.Reduction, _ padding: Padding, stride: Int = 2
    ) -> NetworkOperation {
        .pooling(Pooling(reduction, size: 3, stride: stride, padding: padding))
    }

    @Test func edgesLikeTensorFlowsNeedNoLayer() throws {
        let same = Convolution(filters: 2, kernelSize: 3, padding: .all(1))
        #expect(try classes(.convolution(same)) == ["Conv2D"])
    }

    @Test func otherEdgesAreALayerOfZeros() throws {
        let convolution = Convolution(filters: 2, kernelSize: 3, stride: 2, padding: uneven)
        #expect(try classes(.convolution(convolution)) == ["ZeroPadding2D", "Conv2D"])
    }

    /// Rows above and below, then columns on the right.
    private let copied = [
        "Cropping2D", "Cropping2D", "Concatenate", "Cropping2D", "Concatenate", "MaxPooling2D",
    ]

    @Test func zerosAroundAMaximumAreWrittenOnlyWhereNothingIsNegative() throws {
        #expect(try classes(pooling(.maximum, uneven)) == copied)
        #expect(
            try classes(.activation(.relu), pooling(.maximum, uneven)) == [
                "ReLU", "ZeroPadding2D", "MaxPooling2D",
            ])
        #expect(
            try classes(.activation(.silu), pooling(.maximum, uneven)) == [
                "Activation"
            ] + copied)
    }

    @Test func zerosThatCountInAMeanAreALayer() throws {
        let same = pooling(.averageWithPadding, .same, stride: 1)
        #expect(try classes(same) == ["ZeroPadding2D", "AveragePooling2D"])
        #expect(try classes(pooling(.average, .same, stride: 1)) == ["AveragePooling2D"])
    }

    @Test func meansWithoutTheirPaddingAreCorrectedByRowAndColumn() throws {
        #expect(
            try classes(pooling(.average, uneven)) == [
                "ZeroPadding2D", "AveragePooling2D", "Rescaling", "Rescaling",
            ])
    }

    @Test func localResponseNormalizationHasNoWeights() throws {
        let normalization = LocalResponseNormalization(size: 3, alpha: 1, beta: 0.75, k: 2)
        let found = try classes(.localResponseNormalization(normalization))
        #expect(found.contains("AveragePooling2D") && found.contains("Power"))
        #expect(!found.contains("Conv2D"))
    }
}
