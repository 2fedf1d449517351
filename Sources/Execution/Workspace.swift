internal import GraftFiles
package import GraftNetworks
internal import GraftOneDNN
package import GraftTensors

/// The memory in which one thread runs a plan.
@safe package final class Workspace {
    /// The plan it runs.
    package let plan: Plan
    /// Whether a run is one of training: dropout is then at work, and BatchNorm that uses the statistics of
    /// the batch.
    package var isTraining = false
    /// The source of the random numbers of a training run.
    package var generator = CounterGenerator(seed: 0)

    /// The number of threads that steps are divided between.
    let threads = Threads.countForCallingThread

    /// What the optimizer remembers of the trained parameters.
    var optimizer: OptimizerMemory

    /// Whether others want the cores; where there is one thread, none waits for another.
    private var watch: CoreWatch?
    private let arena: UnsafeMutableRawPointer
    private let stream: Stream
    private let memories: [Memory]
    private let parameters: [Memory]
    private let gradients: [Memory]
    private let statistics: [Memory]
    private var forward: [() throws -> Void] = []
    private var backward: [() throws -> Void] = []

    /// Memory for `plan`; where that is a training plan, its parameters start at their initial values.
    package init(_ plan: Plan) throws {
        let size = max(plan.arena.byteCount, 1)
        guard let arena = unsafe AlignedMemory.allocate(byteCount: size) else {
            throw ExecutionError(
                "The network", found: "needs \(size) bytes of memory for feature maps, more than there is",
                remedy: "Use smaller pictures or batches, or fewer threads")
        }
        unsafe arena.initializeMemory(as: UInt8.self, repeating: 0, count: size)
        unsafe self.arena = arena
        self.plan = plan
        watch = threads > 1 && !GraftEnvironment.current.choosesWaiting ? CoreWatch() : nil
        optimizer = OptimizerMemory(parameters: plan.trained.count, threads: threads)
        do {
            stream = try Stream(plan.engine)
            memories = try zip(plan.values, plan.arena.offsets).map { value, offset in
                try unsafe Memory(value.descriptor, engine: plan.engine, at: arena + offset)
            }
            func makeParameters() throws -> [Memory] {
                try plan.trainedDimensions.map {
                    try Memory(MemoryDescriptor($0, .float32, .rowMajor), engine: plan.engine)
                }
            }
            parameters = try makeParameters()
            gradients = try makeParameters()
            statistics = try plan.statistics.map {
                try Memory(
                    MemoryDescriptor($0.shape.dimensions, .float32, .rowMajor), engine: plan.engine)
            }
        } catch {
            unsafe AlignedMemory.free(arena)
            throw error
        }
        try setParameters(plan.initial)
        forward = plan.forward.map(bind)
        backward = plan.backward.map(bind)
    }

    deinit { unsafe AlignedMemory.free(arena) }

    private func bind(_ step: PlanStep) -> () throws -> Void {
        let run: () throws -> Void
        switch step.action {
        case .primitive(let primitive, let arguments):
            let call = PrimitiveCall(primitive, arguments.map { ($0.argument, memory($0.slot)) })
            let stream = stream
            run = { try call.run(on: stream) }
        case .work(_, let work):
            run = { [unowned self] in try work(self) }
        }
        switch step.occasion {
        case .always: return run
        case .training: return { [unowned self] in if isTraining { try run() } }
        case .evaluating: return { [unowned self] in if !isTraining { try run() } }
        }
    }

    private func memory(_ slot: Slot) -> Memory {
        switch slot {
        case .value(let index): memories[index]
        case .constant(let index): plan.constants.memories[index]
        case .parameter(let index): parameters[index]
        case .gradient(let index): gradients[index]
        case .statistics(let index): statistics[index]
        }
    }

    // MARK: Running

    /// Computes the outputs from the inputs.
    package func runForward() throws {
        watch?.look()
        for step in forward { try step() }
        try stream.wait()
    }

    /// Computes the gradients of all parameters from that of the output, after a forward run.
    package func runBackward() throws {
        for step in backward { try step() }
        try stream.wait()
    }

    // MARK: Numbers in and out

    /// Hands out an input or output of the plan: f32, [batch, height, width, channels] or [batch, units].
    package func withFloats<Result>(of name: String, _ body: (inout MutableSpan<Float>) throws -> Result)
        throws -> Result
    {
        try withFloats(in: try place(plan.named, name), body)
    }

    /// Hands out the gradient of the plan's output, to be set before a backward run, or of an input, as that
    /// run left it.
    package func withGradient<Result>(of name: String, _ body: (inout MutableSpan<Float>) throws -> Result)
        throws -> Result
    {
        try withFloats(in: try place(plan.gradients, name), body)
    }

    /// Hands out a trained parameter and its gradient, by its position among ``Plan/trained``.
    package func withParameter(
        _ index: Int, _ body: (inout MutableSpan<Float>, Span<Float>) throws -> Void
    ) throws {
        try withFloats(in: .parameter(index)) { parameter in
            try withFloats(in: .gradient(index)) { gradient in try body(&parameter, gradient.span) }
        }
    }

    private var changing: [(parameter: ParameterSpecification, memory: Memory)] {
        Array(zip(plan.trained, parameters)) + Array(zip(plan.statistics, statistics))
    }

    /// What training changed, as it is now: the trained parameters, and the moving statistics of BatchNorm
    /// that learned them.
    package func trainedParameters() throws -> ParameterStore {
        var store = ParameterStore()
        for (parameter, memory) in changing {
            unsafe memory.withBytes { bytes in
                store[parameter.name] = unsafe Tensor(
                    bytes: UnsafeRawBufferPointer(bytes), shape: parameter.shape, elementType: .float32)
            }
        }
        return store
    }

    /// Sets all that ``trainedParameters()`` gives.
    ///
    /// - Throws: `NetworkError` where one is missing or misshapen; then all are as they were.
    package func setParameters(_ store: ParameterStore) throws {
        let tensors = try changing.map { try store.tensor(for: $0.parameter) }
        for (tensor, (_, memory)) in zip(tensors, changing) {
            unsafe memory.withBytes { target in
                unsafe tensor.withUnsafeBytes { unsafe target.copyMemory(from: $0) }
            }
        }
    }

    func withFloats<Result>(in slot: Slot, _ body: (inout MutableSpan<Float>) throws -> Result) rethrows
        -> Result
    {
        try unsafe memory(slot).withBytes { bytes in
            var span = unsafe bytes.bindMemory(to: Float.self).mutableSpan
            return try body(&span)
        }
    }

    private func place(_ table: [String: ValueIndex], _ name: String) throws -> Slot {
        guard let index = table[name] else {
            throw ExecutionError("the plan", found: "does not keep the value of \(name)")
        }
        return .value(index)
    }
}
