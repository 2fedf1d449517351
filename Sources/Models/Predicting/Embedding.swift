internal import GraftExecution
internal import GraftNetworks
package import GraftTensors
internal import GraftTraining

/// What a model sees in a picture, as a vector of length 1: the features that its first dense layer reads. Pictures that
/// it holds to be alike have vectors that are near to each other.
package struct Embedding: Sendable {
    /// The number of features.
    package let width: Int
    /// The number of places of a feature map that each feature is the mean of.
    private let places: Int

    /// The embedding of a network that was divided at its first dense layer; `nil` where it has none.
    ///
    /// A map that is flattened has many times as many numbers: its mean over height and width is taken.
    init?(_ divided: PictureNetwork) {
        guard divided.tail != nil else { return nil }
        places = divided.places
        width = divided.featureWidth / places
    }

    /// That of a network whose outputs are the features.
    init(features network: PictureNetwork) {
        places = network.places
        width = network.featureWidth / places
    }

    /// The features of a picture, of a map the mean over height and width.
    package func mean(_ features: Tensor) -> [Float] {
        let values = features.floats
        var mean = [Float](repeating: 0, count: width)
        for place in 0..<places {
            for index in 0..<width { mean[index] += values[place * width + index] }
        }
        return mean.map { $0 / Float(places) }
    }

    /// The vector of a picture with these features.
    package func vector(_ features: Tensor) -> [Float] {
        let vector = mean(features)
        let length = vector.reduce(Float(0)) { $0 + $1 * $1 }.squareRoot()
        guard length > 0, length.isFinite else { return [Float](repeating: 0, count: width) }
        return vector.map { $0 / length }
    }
}

extension ModelBundle {
    /// What the model sees in a picture; `nil` where it has no dense layer.
    var embedding: Embedding? {
        get throws {
            Embedding(
                try PictureNetwork(network, preprocessing: self.preprocessing, precision: .float32) {
                    parameters
                }
                .dividedAtFirstDense)
        }
    }
}

extension PictureNetwork {
    /// The number of places of the feature map that the features are of; 1 where they are of none.
    fileprivate var places: Int {
        guard outputs.count == 1, let shape = network.shape(of: outputs[0]) else { return 1 }
        if shape.rank == 3 { return shape[0] * shape[1] }
        guard let position = network.position(of: outputs[0]), network.nodes[position].operation == .flatten,
            let map = network.inputShapes(of: network.nodes[position]).first, map.rank == 3
        else { return 1 }
        return map[0] * map[1]
    }
}
