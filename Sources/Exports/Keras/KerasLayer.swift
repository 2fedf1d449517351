internal import GraftFiles
internal import GraftTensors

/// One layer of a functional Keras model, called once.
struct KerasLayer: Sendable {
    /// The classes that a network needs, by Keras's names for them.
    enum Kind: String, Sendable {
        case input = "InputLayer"
        case rescaling = "Rescaling"
        case convolution = "Conv2D"
        case depthwiseConvolution = "DepthwiseConv2D"
        case batchNormalization = "BatchNormalization"
        case dense = "Dense"
        case activation = "Activation"
        case relu = "ReLU"
        case leakyReLU = "LeakyReLU"
        case softmax = "Softmax"
        case add = "Add"
        case multiply = "Multiply"
        case concatenate = "Concatenate"
        case zeroPadding = "ZeroPadding2D"
        case cropping = "Cropping2D"
        case maximumPooling = "MaxPooling2D"
        case averagePooling = "AveragePooling2D"
        case globalAveragePooling = "GlobalAveragePooling2D"
        case adaptiveAveragePooling = "AdaptiveAveragePooling2D"
        case reshape = "Reshape"
        case flatten = "Flatten"
        case dropout = "Dropout"
        // Functions of `keras.ops`, which can stand among layers. Those with settings are none for older
        // versions of Keras 3.
        case floor = "Floor"
        case power = "Power"

        /// The module that has it.
        var module: String {
            switch self {
            case .floor, .power: "keras.src.ops.numpy"
            default: "keras.layers"
            }
        }

        /// Whether it is a function of `keras.ops`, and no layer.
        var isFunction: Bool { module != "keras.layers" }

        /// Whether its inputs are one argument, a list.
        var takesList: Bool { self == .add || self == .multiply || self == .concatenate }

        /// What groups of its weights are called: the class in snake case. Other classes have no weights
        /// here.
        var weightGroup: String? {
            switch self {
            case .convolution: "conv2d"
            case .depthwiseConvolution: "depthwise_conv2d"
            case .batchNormalization: "batch_normalization"
            case .dense: "dense"
            default: nil
            }
        }
    }

    /// Numbers that the layer has learned.
    struct Weight: Sendable {
        /// The network's parameter.
        var tensor: Tensor
        /// The shape in Keras.
        var shape: Shape
        /// The order of the elements in Keras.
        var arrangement: TensorArrangement
    }

    /// The class.
    var kind: Kind
    /// What it is called; unique in its model.
    var name: String
    /// The settings of the class, without the name.
    var settings: [JSONValue.Member] = []
    /// The layers whose outputs it takes, in order.
    var inputs: [String]
    /// What it is called with behind its inputs.
    var arguments: [JSONValue] = []
    /// The shape of its output, without the batch.
    var shape: Shape
    /// Its weights, in Keras's order.
    var weights: [Weight] = []
}
