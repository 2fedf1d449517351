internal import GraftNetworks
internal import GraftTensors
internal import GraftTraining

/// The parameters of a run as the last stage that was kept left them.
struct CurrentParameters: Sendable {
    /// All of the network's.
    private(set) var values: ParameterStore
    /// The nodes whose parameters are not those that the trunk came with.
    private(set) var changed: Set<String>
    private let network: Network

    /// Those that training starts with.
    init(_ schedule: TrainingSchedule) throws {
        network = schedule.network
        values = try schedule.initialParameters()
        changed = schedule.recipe.isPretrained ? schedule.trunk.changedNodes : Set(network.nodes.map(\.name))
    }

    /// Takes over what training made of some nodes.
    mutating func adopt(_ trained: ParameterStore, of nodes: some Sequence<String>) throws {
        values = try values.merging(trained).subset(for: network)
        changed.formUnion(nodes)
    }

    /// Those that are not as the trunk came with.
    var changedValues: ParameterStore {
        var store = ParameterStore()
        for parameter in network.parameters where changed.contains(parameter.node) {
            store[parameter.name] = values[parameter.name]
        }
        return store
    }
}
