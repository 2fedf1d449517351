internal import GraftFiles
package import GraftNetworks
internal import GraftOneDNN
package import GraftTensors

/// A network and its parameters turned into oneDNN primitives for one purpose, batch size and number of
/// threads.
///
/// A plan is immutable and holds the packed parameters once; each thread that runs it has a ``Workspace`` of
/// its own. It must be run by threads that are set to the number of oneDNN threads it was made with.
@safe package final class Plan: Sendable {
    /// The number of images that a run takes.
    package let batch: Int
    /// The shapes that a run takes and gives by the names of nodes, without the batch.
    package let shapes: [String: Shape]
    /// The parameters that an optimizer changes, in order; none in an inference plan.
    package let trained: [ParameterSpecification]
    /// The moving means and variances that training runs update by themselves, in order.
    package let statistics: [ParameterSpecification]

    /// The extents under which primitives see the trained parameters.
    let trainedDimensions: [[Int]]
    let engine: Engine
    let values: [PlanValue]
    let constants: Constants
    let forward: [PlanStep]
    let backward: [PlanStep]
    let named: [String: ValueIndex]
    let gradients: [String: ValueIndex]
    let arena: Arena
    let initial: ParameterStore

    /// Packed parameters: written while planning, only read afterwards.
    struct Constants: @unchecked Sendable {
        let memories: [Memory]
    }

    /// Plans inference: BatchNorm folded, activation and addition fused, memory shared by lifetime.
    ///
    /// - Parameters:
    ///   - quantization: what is computed in eight bits; the rest is in `precision`.
    ///   - outputs: the nodes whose values are wanted, as f32; the network's outputs where none is named.
    ///   - tapped: nodes that the network ``GraftNetworks/Network/stores(_:for:)``, whose values are wanted as
    ///     well; that changes no output by a bit.
    package convenience init(
        inferring network: Network, _ parameters: ParameterStore, batch: Int, precision: Precision,
        quantization: Quantization? = nil, outputs: [String] = [], tapped: [String] = []
    ) throws {
        try self.init(
            inferring: network, PackedParameters(parameters), batch: batch, precision: precision,
            quantization: quantization, outputs: outputs, tapped: tapped)
    }

    /// Plans inference as ``init(inferring:_:batch:precision:quantization:outputs:tapped:)`` does, sharing
    /// packed parameters with other plans.
    package convenience init(
        inferring network: Network, _ packed: PackedParameters, batch: Int, precision: Precision,
        quantization: Quantization? = nil, outputs: [String] = [], tapped: [String] = []
    ) throws {
        try precision.requireSupport()
        let outputs = outputs.isEmpty ? network.outputs : outputs
        let layout = InferenceLayout(network, outputs: outputs, elementType: precision.elementType)
        var builder = PlanBuilder(
            network: network, packed: packed, batch: batch, elementType: precision.elementType,
            layout: layout, quantization: quantization)
        var named: [String: ValueIndex] = [:]
        for (position, node) in layout.nodes.enumerated() {
            builder.position = position
            try node.kernel.planForward(&builder)
            // A copy: what reads the value may overwrite it.
            if tapped.contains(node.output) {
                named[node.output] = try builder.plainValue(of: node.output, isOwn: true)
            }
        }
        for node in network.inputs { named[node.name] = try builder.value(of: node.name) }
        for output in outputs { named[output] = try builder.plainValue(of: output) }
        self.init(builder, network, forward: builder.steps.count, named: named, gradients: [:])
    }

    /// Plans training: what the way back needs is kept, gradients are computed for the trained parameters.
    ///
    /// BatchNorm runs on its stored statistics, but for the nodes that `usesBatchStatistics` names: in a
    /// training run (``Workspace/isTraining``) these normalise by the mean and variance of the batch, every
    /// row of which counts, and update their moving ones: moving ← momentum · moving + (1 − momentum) ·
    /// batch. The variance is that of the batch as it is, divided by the number of its elements, as in Keras;
    /// PyTorch divides by one less. In other runs they use the moving ones.
    ///
    /// Each of the network's outputs takes a gradient.
    ///
    /// - Parameters:
    ///   - precision: the arithmetic of convolutions, and the type of feature maps and their gradients.
    ///     Parameters and their gradients are f32 in either case, sums too, and so is what lies behind a
    ///     global pooling.
    ///   - wantsInputGradients: whether the gradients of the inputs are computed too.
    ///   - usesBatchStatistics: which BatchNorm nodes normalise by the batch in training runs.
    ///   - statisticsMomentum: how much of a moving statistic stays at each training run: 0.9 is PyTorch's
    ///     `momentum=0.1`; the default of Keras is 0.99.
    ///   - isTrained: which parameters training changes; all but the statistics of BatchNorm where it is not
    ///     given.
    /// - Throws: ``ExecutionError`` where the network has an operation that Graft has no gradient of.
    package convenience init(
        training network: Network, _ parameters: ParameterStore, batch: Int,
        precision: Precision = .float32, wantsInputGradients: Bool = false,
        usesBatchStatistics: @escaping @Sendable (Node) -> Bool = { _ in false },
        statisticsMomentum: Float = 0.9,
        isTrained: @escaping @Sendable (ParameterSpecification) -> Bool = { _ in true }
    ) throws {
        try precision.requireSupport()
        var builder = PlanBuilder(
            network: network, packed: try PackedParameters(parameters), batch: batch,
            elementType: precision.elementType)
        builder.training = TrainingParts(
            isTrained, usesBatchStatistics: usesBatchStatistics, statisticsMomentum: statisticsMomentum)
        if wantsInputGradients { builder.training?.needsGradient = Set(network.inputs.map(\.name)) }
        var kernels: [any DifferentiableKernel] = []
        let nodes = network.fused(keeping: Set(network.outputs)) { fused, next in
            fused.mayTakeInForTraining(next) && !usesBatchStatistics(next)
        }
        for fused in nodes {
            guard let kernel = fused.kernel as? any DifferentiableKernel else {
                throw ExecutionError(
                    "\(network.name): \(fused.node.name)", found: "cannot be trained through",
                    remedy: "Freeze it and all that comes before it")
            }
            let isChanged = ([fused.node] + (fused.normalization.map { [$0] } ?? [])).contains { node in
                ParameterSpecification.Role.allCases.contains { builder.isTrained(node, $0) }
            }
            if isChanged || fused.sources.contains(where: builder.needsGradient) {
                builder.training?.needsGradient.insert(fused.output)
            }
            try kernel.planForward(&builder)
            kernels.append(kernel)
        }
        var named: [String: ValueIndex] = [:]
        for output in network.outputs { named[output] = try builder.plainValue(of: output) }
        let forward = builder.steps.count
        var gradients: [String: ValueIndex] = [:]
        for output in network.outputs {
            guard let result = named[output] else { continue }
            let gradient = builder.addValue(builder.descriptor(result))
            gradients[output] = gradient
            try builder.contribute(gradient, to: output)
        }
        for (fused, kernel) in zip(nodes, kernels).reversed()
        where builder.training?.gradients[fused.output] != nil {
            try kernel.planBackward(&builder)
        }
        for node in network.inputs { named[node.name] = try builder.value(of: node.name) }
        if wantsInputGradients {
            for node in network.inputs { gradients[node.name] = try builder.gradient(of: node.name) }
        }
        self.init(builder, network, forward: forward, named: named, gradients: gradients)
    }

    private init(
        _ builder: PlanBuilder, _ network: Network, forward count: Int, named: [String: ValueIndex],
        gradients: [String: ValueIndex]
    ) {
        batch = builder.batch
        engine = builder.engine
        values = builder.values
        constants = Constants(memories: builder.constants)
        forward = Array(builder.steps[..<count])
        backward = Array(builder.steps[count...])
        trained = builder.training?.trained ?? []
        trainedDimensions = builder.training?.dimensions ?? []
        statistics = builder.training?.statistics ?? []
        // No others, for what is frozen is packed already. Those here share the memory of the caller's.
        initial = (trained + statistics).reduce(into: ParameterStore()) {
            $0[$1.name] = builder.parameters[$1.name]
        }
        shapes = named.keys.reduce(into: [:]) { $0[$1] = network.shape(of: $1) }
        self.named = named
        self.gradients = gradients
        arena = Arena(
            values: values, steps: builder.steps, kept: Set(named.values).union(gradients.values))
    }

    /// The bytes of memory that a run needs beside the parameters.
    package var workspaceByteCount: Int { arena.byteCount }

    /// The bytes of the packed parameters, which all that run the plan share, and other plans that were made
    /// with the same ``PackedParameters``.
    package var parameterByteCount: Int {
        constants.memories.reduce(0) { $0 + $1.descriptor.byteCount }
    }
}
