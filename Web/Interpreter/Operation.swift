/// What a node computes.
@safe enum Operation {
    case input
    case convolution(Convolution)
    /// x · scale + shift for each channel: a batch normalization.
    case scaleShift(UnsafePointer<Float>, UnsafePointer<Float>)
    /// Nothing but the activation that every node may have.
    case identity
    case add
    case multiply
    case concatenate
    case pooling(Pooling)
    case adaptiveAveragePooling(AdaptiveAveragePooling)
    case localResponseNormalization(LocalResponseNormalization)
    /// The same numbers with another extent.
    case flatten
    case dense(PackedKernel)
    case softmax
    /// Learned numbers.
    case parameter(UnsafePointer<Float>)

    /// Whether it reads each element before it writes the one in the same place, so that its result may stand
    /// where its first input does.
    var isInPlace: Bool {
        switch self {
        case .scaleShift, .identity, .softmax: true
        default: false
        }
    }
}
