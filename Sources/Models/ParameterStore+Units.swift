internal import GraftNetworks
internal import GraftTensors
internal import GraftTraining

extension ParameterStore {
    /// The parameters with which the last layer gives numbers in the user's units instead of standardised
    /// ones.
    func restoringUnits(_ standardization: Standardization) throws -> ParameterStore {
        var store = self
        guard let kernel = self["\(Head.logits)/kernel"], let bias = self["\(Head.logits)/bias"] else {
            return self
        }
        let inputs = kernel.shape[1]
        var weights = kernel.floats
        for index in weights.indices { weights[index] *= Float(standardization.deviation[index / inputs]) }
        store["\(Head.logits)/kernel"] = Tensor(weights, shape: kernel.shape)
        store["\(Head.logits)/bias"] = Tensor(standardization.restored(bias.floats), shape: bias.shape)
        return store
    }
}
