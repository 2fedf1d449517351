package import Networks

/// How the last part of a trunk is trained together with the head, once the head is trained.
public struct FineTuning: Sendable, Hashable, Codable {
    /// Where the trained part starts.
    public enum Start: Sendable, Hashable, Codable {
        /// At the node of this name.
        case node(String)
        /// Where about this share of the trunk's nodes is trained: greater than 0 and less than 1.
        case share(Double)
    }

    /// Where the trained part starts.
    public var start: Start
    /// The greatest number of passes over the training pictures.
    public var epochs = 20
    /// Adam's learning rate, for the unfrozen part and the head.
    public var learningRate: Float = 2e-5
    /// The number of epochs without a lower validation loss after which training stops.
    public var patience = 5

    /// Fine-tuning from here on, with the default settings.
    public init(from start: Start) { self.start = start }

    /// The name of the first trained node in a network that ends with a head.
    ///
    /// - Throws: `NetworkError` where the network has no such node, or cannot be cut there.
    package func firstNode(in network: Network) throws -> String {
        switch start {
        case .node(let name):
            _ = try network.cut(before: name)
            return name
        case .share(let share):
            let end = network.position(of: Head.dropout) ?? network.nodes.count
            let wanted = Double(end) * (1 - share)
            // A convolution and what normalises it stay together.
            let points = network.cutPoints.compactMap { network.position(of: $0) }.filter { position in
                guard case .convolution = network.nodes[position].operation else { return false }
                return position < end
            }
            guard let nearest = points.min(by: { abs(Double($0) - wanted) < abs(Double($1) - wanted) }) else {
                throw NetworkError("network \(network.name)", found: "cannot be cut anywhere")
            }
            return network.nodes[nearest].name
        }
    }

    /// The settings of the trainer for this part.
    package func settings(of head: HeadSettings) -> HeadSettings {
        var settings = head
        settings.epochs = epochs
        settings.learningRate = learningRate
        settings.patience = patience
        return settings
    }
}
