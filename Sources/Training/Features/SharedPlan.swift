internal import GraftExecution
internal import GraftNetworks
internal import Synchronization

/// Reads the weights and makes plans when a first picture needs them, and not at all when all features are
/// cached.
final class SharedPlan: Sendable {
    private struct State {
        var parameters: ParameterStore?
        /// What plans for other numbers of pictures share.
        var packed: PackedParameters?
        var plans: [Int: Plan] = [:]
        var tail: Plan?
    }

    private let network: PictureNetwork
    private let tapped: [String]
    private let state = Mutex(State())

    init(_ network: PictureNetwork, tapped: [String]) {
        self.network = network
        self.tapped = tapped
    }

    func loadedParameters() throws -> ParameterStore { try state.withLock { try parameters(&$0) } }

    private func parameters(_ state: inout State) throws -> ParameterStore {
        let parameters = try state.parameters ?? network.loadParameters()
        state.parameters = parameters
        return parameters
    }

    /// The plan for so many pictures at a time, made on the thread of the first worker that asks; all workers
    /// run one oneDNN thread.
    func plan(batch: Int) throws -> Plan {
        try state.withLock { state in
            if let plan = state.plans[batch] { return plan }
            let packed = try state.packed ?? PackedParameters(parameters(&state))
            state.packed = packed
            let plan = try Plan(
                inferring: network.network, packed, batch: batch, precision: network.precision,
                quantization: network.quantization, outputs: network.outputs, tapped: tapped)
            state.plans[batch] = plan
            return plan
        }
    }

    /// The plan of what makes answers of features; `nil` where nothing does.
    func tailPlan() throws -> Plan? {
        guard let tail = network.tail else { return nil }
        return try state.withLock { state in
            if let plan = state.tail { return plan }
            let plan = try Plan(inferring: tail, parameters(&state), batch: 1, precision: network.precision)
            state.tail = plan
            return plan
        }
    }

    /// Lets go of the plans for other numbers of pictures at a time than one that was chosen.
    func keepOnly(batch: Int) { state.withLock { $0.plans = $0.plans.filter { $0.key == batch } } }
}
