import GraftNetworks
import Testing

@testable import GraftTraining

/// What keys say of the parts that produce features.
@Suite struct FeatureProducersTests {
    @Test func firstVersionsAreNotSaidSoThatKeptFeaturesStayGood() {
        #expect(FeatureProducers.text([("decoder", 1), ("resampler", 1), ("kernels", 1)]) == nil)
        #expect(
            FeatureProducers.text([("decoder", 2), ("resampler", 1), ("kernels", 3)])
                == "decoder 2, kernels 3")
    }

    @Test func networksWithNumbersThatJSONHasNoFormForHaveTextsOfTheirOwn() throws {
        func text(_ epsilon: Float) throws -> String {
            var builder = NetworkBuilder("n")
            let x = builder.input(height: 2, width: 2)
            _ = builder.add("bn", .batchNormalization(BatchNormalization(epsilon: epsilon)), to: x)
            return try builder.build().canonicalText
        }
        #expect(try Set([text(.nan), text(.infinity), text(1)]).count == 3)
        #expect(try text(.infinity).contains("bn"))
    }
}
