internal import GraftTensors

extension ParameterStore {
    /// Random parameters with which feature maps keep their magnitude from layer to layer: for measuring,
    /// where there are no weights.
    ///
    /// Kernels are uniform with the variance 2 / inputs (He et al., "Delving deep into rectifiers", 2015),
    /// one per input in dense layers; a BatchNorm does next to nothing. No parameter is zero, for zeros would
    /// make arithmetic faster than it is.
    package static func generated(for network: Network, seed: UInt64) -> ParameterStore {
        network.parameters.reduce(into: ParameterStore()) { store, parameter in
            var generator = CounterGenerator(seed: seed, purpose: parameter.name)
            let fanIn = parameter.shape.dimensions.dropFirst().reduce(1, *)
            let gain: Float = parameter.shape.rank == 2 ? 3 : 6
            let (center, spread): (Float, Float) =
                switch parameter.role {
                case .kernel: (0, (gain / Float(fanIn)).squareRoot())
                case .gamma, .movingVariance: (1, 0.2)
                case .bias, .beta, .movingMean, .value: (0, 0.1)
                }
            let values = (0..<parameter.shape.elementCount).map { _ in
                // The middle of one of 2²⁴ steps is never zero.
                center + spread * (2 * generator.nextUniform() - 1 + 0x1p-24)
            }
            store[parameter.name] = Tensor(values, shape: parameter.shape)
        }
    }
}
