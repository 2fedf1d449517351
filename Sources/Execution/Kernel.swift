internal import GraftNetworks
internal import GraftOneDNN

/// How one operation is planned: one file an operation, forward and backward side by side.
protocol Kernel {
    /// Adds to a plan what computes the output.
    func planForward(_ builder: inout PlanBuilder) throws
}

/// A kernel that can be trained through.
protocol DifferentiableKernel: Kernel {
    /// Adds to a plan what turns the gradient of the output into those of the inputs and parameters.
    func planBackward(_ builder: inout PlanBuilder) throws
}

extension FusedNode {
    /// The kernel for an inference plan.
    var kernel: any Kernel {
        switch node.operation {
        case .input(let input): InputKernel(name: node.name, input: input)
        case .convolution(let convolution): ConvolutionKernel(fused: self, convolution: convolution)
        case .batchNormalization(let normalization): AffineKernel(node: node, normalization: normalization)
        case .activation(let activation): ActivationKernel(node: node, activation: activation)
        case .add: PairKernel(node: node, function: .add)
        case .multiply: PairKernel(node: node, function: .multiply)
        case .concatenate: ConcatenateKernel(node: node)
        case .pooling(let pooling): PoolingKernel(node: node, pooling: pooling)
        case .globalAveragePooling: GlobalAveragePoolingKernel(node: node)
        case .adaptiveAveragePooling(let pooling):
            AdaptiveAveragePoolingKernel(node: node, pooling: pooling)
        case .localResponseNormalization(let normalization):
            LocalResponseNormalizationKernel(node: node, normalization: normalization)
        case .flatten: FlattenKernel(node: node)
        case .dropout(let dropout): DropoutKernel(node: node, dropout: dropout)
        case .dense(let dense): DenseKernel(fused: self, dense: dense)
        case .softmax: SoftmaxKernel(node: node)
        case .parameter(let tensor): LearnedTensorKernel(node: node, tensor: tensor)
        }
    }
}
