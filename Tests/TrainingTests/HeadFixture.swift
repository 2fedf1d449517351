import GraftDatasets
import GraftNetworks
import GraftTensors

@testable import GraftTraining

/// A head of one dense layer on features of width 4, and labelled rows to train it with; classes take turns.
struct HeadFixture {
    let network: Network
    let parameters: ParameterStore
    let features: FeatureMatrix
    let targets: [Target]

    /// - Parameter feature: one value of a row, from the row's number and a normally distributed draw.
    init(classes: Int, rows: Int, purpose: String, feature: (_ row: Int, _ draw: Float) -> Float) throws {
        var builder = NetworkBuilder("head")
        let x = builder.add("features", .input(Input(shape: [4])))
        _ = builder.add("top/dense", .dense(Dense(units: classes)), to: x)
        network = try builder.build()
        parameters = network.initialParameters(seed: 3) { _ in true }
        var generator = CounterGenerator(seed: 5, purpose: purpose)
        var matrix = FeatureMatrix(rows: rows, width: 4)
        for row in 0..<rows {
            let values = (0..<4).map { _ in feature(row, generator.nextNormal()) }
            matrix.set(row, Tensor(values, shape: [4]))
        }
        features = matrix
        targets = (0..<rows).map { .label($0 % classes) }
    }
}
