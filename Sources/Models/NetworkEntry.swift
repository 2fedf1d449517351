package import GraftArchitectures
package import GraftExecution
package import GraftFiles
package import GraftNetworks

/// A network of the catalogue with what it costs, what memory it takes and which weights there are: what
/// helps to choose one.
package struct NetworkEntry: Sendable {
    /// The architecture.
    package let architecture: Architecture
    /// The network at the size that was asked for.
    package let network: Network
    /// The height and width of its input in pixels.
    package let inputSize: Int
    /// What one picture takes.
    package let cost: NetworkCost
    /// The memory of inference in ``precision``.
    package let estimate: MemoryEstimate
    /// The arithmetic that memory is told for.
    package let precision: Precision
    /// The number of cores that memory is told for, each of which computes one picture.
    package let cores: Int
    /// The published weights, the first of them those that are used.
    package let weights: [WeightsEntry]
    /// What was measured on this machine.
    package var measured: [NetworkMeasurement] = []

    /// The entry of a network.
    ///
    /// - Parameters:
    ///   - architecture: the network.
    ///   - inputSize: the height and width of its input in pixels; the published one where it is `nil`.
    ///   - includeTop: whether the published classifier is part of it.
    ///   - precision: the arithmetic; the faster one on this processor where it is `nil`.
    ///   - cores: how many pictures are computed at once.
    ///   - home: where weights are looked for.
    /// - Throws: `NetworkError` where the size is too small.
    package init(
        _ architecture: Architecture, inputSize: Int? = nil, includeTop: Bool = true,
        precision: Precision? = nil, cores: Int = Machine.cores, home: GraftHome = .current
    ) throws {
        self.architecture = architecture
        self.inputSize = inputSize ?? architecture.nativeSize
        self.precision = precision ?? .automatic
        self.cores = cores
        network = try architecture.network(
            height: self.inputSize, width: self.inputSize, includeTop: includeTop)
        cost = network.cost
        estimate = network.memoryEstimate(precision: self.precision)
        weights = architecture.weights.map { WeightsEntry($0, home: home) }
    }

    /// The bytes that a process takes which computes one picture a core, estimated.
    package var memory: Int { estimate.total(cores: cores) }
}

extension NetworkEntry: Encodable {
    private enum CodingKeys: String, CodingKey {
        case name, source, inputSize, parameters, trainableParameters, multiplyAccumulates
        case precision, activationMemory, memory, cores, weights, isAtHand, measured
    }

    /// Writes an object; what is not known has no key.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(architecture.name, forKey: .name)
        try container.encode(architecture.source.rawValue, forKey: .source)
        try container.encode(inputSize, forKey: .inputSize)
        try container.encode(cost.parameters, forKey: .parameters)
        try container.encode(cost.trainableParameters, forKey: .trainableParameters)
        try container.encode(cost.multiplyAccumulates, forKey: .multiplyAccumulates)
        try container.encode(precision, forKey: .precision)
        try container.encode(estimate.workspace, forKey: .activationMemory)
        try container.encode(memory, forKey: .memory)
        try container.encode(cores, forKey: .cores)
        try container.encode(weights, forKey: .weights)
        try container.encode(weights.first?.isAtHand ?? false, forKey: .isAtHand)
        if !measured.isEmpty { try container.encode(measured, forKey: .measured) }
    }
}
