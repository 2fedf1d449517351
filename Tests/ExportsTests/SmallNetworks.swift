import GraftNetworks
import GraftTensors

/// Small networks that together have every operation, odd sizes, groups and paddings of four edges.
enum SmallNetworks {
    static func all() throws -> [Network] {
        [
            try convolutions(), try activations(), try poolings(), try broadcasts(), try tokens(),
            try flattened(), try unfolded(), try severalOutputs(), try regression(), try map(), try grey(),
        ]
    }

    private static func edges(_ top: Int, _ left: Int, _ bottom: Int, _ right: Int) -> Padding {
        .edges(Padding.Edges(top: top, left: left, bottom: bottom, right: right))
    }

    private static func top(_ builder: inout NetworkBuilder, _ x: String, units: Int = 5) {
        let features = builder.add("features", .globalAveragePooling, to: x)
        let dropped = builder.add("top/dropout", .dropout(Dropout(rate: 0.2)), to: features)
        let dense = builder.add("top/dense", .dense(Dense(units: units)), to: dropped)
        _ = builder.add("top/softmax", .softmax, to: dense)
    }

    /// Grouped, depthwise, strided, one-sided; with and without bias and BatchNorm.
    private static func convolutions() throws -> Network {
        var b = NetworkBuilder("convolutions")
        var x = b.input(height: 37, width: 29)
        x = b.add("same2", .convolution(Convolution(filters: 12, kernelSize: 3, stride: 2)), to: x)
        x = b.add("same2/bn", .batchNormalization(BatchNormalization(epsilon: 1e-3)), to: x)
        x = b.add("same2/relu", .activation(.relu6), to: x)
        x = b.add(
            "grouped",
            .convolution(
                Convolution(
                    filters: 18, kernelHeight: 5, kernelWidth: 3, padding: edges(0, 1, 3, 2), groups: 3,
                    hasBias: true)), to: x)
        x = b.add(
            "grouped/bn", .batchNormalization(BatchNormalization(epsilon: 0.3, hasScale: false)), to: x)
        x = b.add("grouped/swish", .activation(.silu), to: x)
        x = b.add(
            "depthwise",
            .convolution(Convolution(filters: 18, kernelSize: 4, stride: 3, padding: .same, groups: 18)),
            to: x)
        x = b.add("depthwise/bn", .batchNormalization(BatchNormalization(epsilon: 1e-5)), to: x)
        x = b.add(
            "multiplied",
            .convolution(
                Convolution(
                    filters: 36, kernelSize: 3, stride: 2, padding: edges(2, 0, 1, 4), groups: 18,
                    hasBias: true)), to: x)
        x = b.add("valid", .convolution(Convolution(filters: 7, kernelSize: 2, padding: .valid)), to: x)
        top(&b, x)
        return try b.build()
    }

    private static func activations() throws -> Network {
        var b = NetworkBuilder("activations")
        var x = b.input(height: 9, width: 11)
        let all: [Activation] = [
            .relu, .relu6, .leakyReLU(slope: 0.3), .sigmoid, .silu, .hardSwish, .hardSigmoid, .gelu,
            .geluTanh,
        ]
        for (index, activation) in all.enumerated() {
            let convolution = Convolution(
                filters: 6, kernelSize: 3, padding: .all(1), hasBias: index % 2 == 0)
            x = b.add("conv\(index)", .convolution(convolution), to: x)
            let bent = b.add("act\(index)", .activation(activation), to: x)
            x = b.add("join\(index)", .concatenate, to: x, bent)
        }
        top(&b, x)
        return try b.build()
    }

    private static func poolings() throws -> Network {
        var b = NetworkBuilder("poolings")
        let input = b.input(height: 31, width: 26)
        let x = b.add(
            "conv", .convolution(Convolution(filters: 8, kernelSize: 3, padding: .valid)), to: input)
        var ends: [String] = []
        let reductions: [Pooling.Reduction] = [.maximum, .average, .averageWithPadding]
        let paddings: [Padding] = [.valid, .same, .all(1), edges(2, 0, 1, 2)]
        for reduction in reductions {
            for (number, padding) in paddings.enumerated() {
                for roundsUp in [false, true] {
                    let name = "\(reduction.rawValue)\(number)\(roundsUp)"
                    let pooled = b.add(
                        name,
                        .pooling(
                            Pooling(reduction, size: 3, stride: 2, padding: padding, roundsUp: roundsUp)),
                        to: x)
                    let size = AdaptiveAveragePooling(height: 5, width: 4)
                    ends.append(b.add("\(name)/to", .adaptiveAveragePooling(size), to: pooled))
                }
            }
        }
        ends.append(
            b.add(
                "lone",
                .adaptiveAveragePooling(AdaptiveAveragePooling(height: 5, width: 4)),
                to: b.add(
                    "sparse", .pooling(Pooling(.average, size: 2, stride: 3, roundsUp: true)), to: x)))
        let joined = b.add("joined", .concatenate, to: ends)
        let normalized = b.add(
            "lrn",
            .localResponseNormalization(LocalResponseNormalization(size: 5, alpha: 0.7, beta: 0.6, k: 1.5)),
            to: joined)
        let larger = b.add(
            "larger", .adaptiveAveragePooling(AdaptiveAveragePooling(height: 10, width: 9)), to: normalized)
        let halved = b.add(
            "halved", .adaptiveAveragePooling(AdaptiveAveragePooling(height: 5, width: 3)), to: larger)
        let same = b.add(
            "unchanged", .adaptiveAveragePooling(AdaptiveAveragePooling(height: 5, width: 3)), to: halved)
        top(&b, same)
        return try b.build()
    }

    /// Squeeze and excitation, one channel for all, a row for all rows, learned maps and vectors.
    private static func broadcasts() throws -> Network {
        var b = NetworkBuilder("broadcasts")
        let input = b.input(height: 10, width: 7)
        var x = b.add("conv", .convolution(Convolution(filters: 6, kernelSize: 3)), to: input)
        let squeezed = b.add("squeeze", .globalAveragePooling, to: x)
        let gate = b.add(
            "gate", .activation(.sigmoid), to: b.add("excite", .dense(Dense(units: 6)), to: squeezed))
        x = b.add("excited", .multiply, to: gate, x)
        let one = b.add(
            "one", .convolution(Convolution(filters: 1, kernelSize: 1, hasBias: true)), to: x)
        x = b.add("spread", .multiply, to: x, one)
        x = b.add("row", .add, to: x, b.add("rowValue", .parameter(LearnedTensor(shape: [7, 6]))))
        x = b.add("vector", .multiply, to: x, b.add("vectorValue", .parameter(LearnedTensor(shape: [6]))))
        let map = b.add("mapValue", .parameter(LearnedTensor(shape: [10, 7, 2])))
        x = b.add("joined", .concatenate, to: map, x)
        let volume = b.add("volumeValue", .parameter(LearnedTensor(shape: [2, 10, 7, 8])))
        x = b.add("volume", .add, to: x, volume)
        x = b.add("twice", .add, to: x, x)
        let flat = b.add("flat", .flatten, to: x)
        let dense = b.add("dense", .dense(Dense(units: 4, hasBias: false)), to: flat)
        _ = b.add("softmax", .softmax, to: dense)
        return try b.build()
    }

    /// Vectors in rows: dense layers, BatchNorm and softmax of two axes.
    private static func tokens() throws -> Network {
        var b = NetworkBuilder("tokens")
        let input = b.input(height: 5, width: 6)
        let features = b.add(
            "features", .globalAveragePooling,
            to: b.add("conv", .convolution(Convolution(filters: 8, kernelSize: 3)), to: input))
        var x = b.add("rows", .add, to: features, b.add("tokens", .parameter(LearnedTensor(shape: [4, 8]))))
        x = b.add("dense1", .dense(Dense(units: 10, hasBias: false)), to: x)
        x = b.add("dense1/bn", .batchNormalization(BatchNormalization(epsilon: 1e-2)), to: x)
        x = b.add("dense1/gelu", .activation(.gelu), to: x)
        x = b.add("weights", .softmax, to: x)
        x = b.add("bn", .batchNormalization(BatchNormalization(epsilon: 1e-2)), to: x)
        x = b.add("dense2", .dense(Dense(units: 3)), to: x)
        x = b.add("flat", .flatten, to: x)
        x = b.add("dense3", .dense(Dense(units: 6)), to: x)
        x = b.add("dense3/bn", .batchNormalization(BatchNormalization(epsilon: 1e-2)), to: x)
        x = b.add("flat2", .flatten, to: x)
        _ = b.add("sigmoid", .activation(.sigmoid), to: x)
        return try b.build()
    }

    private static func flattened() throws -> Network {
        var b = NetworkBuilder("flattened")
        let input = b.input(height: 13, width: 17)
        var x = b.add("conv", .convolution(Convolution(filters: 5, kernelSize: 3, stride: 2)), to: input)
        x = b.add("pool", .pooling(Pooling(.maximum, size: 2, stride: 2)), to: x)
        x = b.add("flat", .flatten, to: x)
        x = b.add("fc1", .dense(Dense(units: 20)), to: x)
        x = b.add("fc1/relu", .activation(.leakyReLU(slope: 0.1)), to: x)
        x = b.add("fc2", .dense(Dense(units: 4)), to: x)
        _ = b.add("softmax", .softmax, to: x)
        return try b.build()
    }

    /// BatchNorm that cannot be part of what is before it.
    private static func unfolded() throws -> Network {
        var b = NetworkBuilder("unfolded")
        let input = b.input(height: 12, width: 15)
        var x = b.add("first", .batchNormalization(BatchNormalization(epsilon: 1e-3)), to: input)
        let shared = b.add("shared", .convolution(Convolution(filters: 6, kernelSize: 3)), to: x)
        x = b.add("shared/bn", .batchNormalization(BatchNormalization(epsilon: 0.1)), to: shared)
        x = b.add("sum", .add, to: x, shared)
        x = b.add("relu", .activation(.relu), to: x)
        x = b.add("relu/bn", .batchNormalization(BatchNormalization(epsilon: 0.2, hasScale: false)), to: x)
        let features = b.add("features", .globalAveragePooling, to: x)
        let normalized = b.add(
            "features/bn", .batchNormalization(BatchNormalization(epsilon: 0.05)), to: features)
        _ = b.add("softmax", .softmax, to: b.add("dense", .dense(Dense(units: 3)), to: normalized))
        return try b.build()
    }

    /// An output in the middle before a BatchNorm, one that is a dropout, and a learned one.
    private static func severalOutputs() throws -> Network {
        var b = NetworkBuilder("several")
        let input = b.input("pixels", height: 8, width: 9)
        let conv = b.add("conv", .convolution(Convolution(filters: 4, kernelSize: 3, stride: 2)), to: input)
        let normalized = b.add("bn", .batchNormalization(BatchNormalization(epsilon: 0.1)), to: conv)
        let features = b.add("features", .globalAveragePooling, to: normalized)
        let dropped = b.add("dropped", .dropout(Dropout(rate: 0.5)), to: features)
        let learned = b.add("learned", .parameter(LearnedTensor(shape: [3, 2, 4])))
        _ = b.add("softmax", .softmax, to: b.add("dense", .dense(Dense(units: 3)), to: dropped))
        return try b.build(outputs: ["softmax", conv, features, dropped, learned])
    }

    private static func regression() throws -> Network {
        var b = NetworkBuilder("regression")
        let input = b.input(height: 11, width: 11)
        let x = b.add("conv", .convolution(Convolution(filters: 4, kernelSize: 3)), to: input)
        let features = b.add("features", .globalAveragePooling, to: x)
        let dense = b.add("dense", .dense(Dense(units: 2)), to: features)
        _ = b.add("dropout", .dropout(Dropout(rate: 0.1)), to: dense)
        return try b.build()
    }

    /// A feature map as the output.
    private static func map() throws -> Network {
        var b = NetworkBuilder("map")
        let input = b.input(height: 7, width: 6)
        _ = b.add("conv", .convolution(Convolution(filters: 4, kernelSize: 3, stride: 2)), to: input)
        return try b.build()
    }

    private static func grey() throws -> Network {
        var b = NetworkBuilder("grey")
        let input = b.input(height: 14, width: 10, channels: 1)
        let x = b.add("conv", .convolution(Convolution(filters: 4, kernelSize: 5, hasBias: true)), to: input)
        top(&b, x, units: 3)
        return try b.build()
    }
}
