internal import GraftFiles
package import GraftNetworks

/// Which convolutions of a network are computed in eight bits, and how the values between them become whole
/// numbers.
///
/// A value x is kept as round(x / scale), from -127 to 127 where it can be negative and from 0 to 255
/// elsewhere. Kernels are whole numbers from -127 to 127 with a scale for each filter, worked out when a plan
/// is made; sums are exact, in 32 bits. (Jacob et al., Quantization and Training of Neural Networks for
/// Efficient Integer-Arithmetic-Only Inference, 2018, without zero points.)
package struct Quantization: Sendable, Hashable, Codable {
    /// How the values of one node become whole numbers.
    package struct Grid: Sendable, Hashable, Codable {
        /// The difference between two neighbours.
        package var scale: Float
        /// Whether values can be negative.
        package var isSigned: Bool

        /// A grid.
        package init(scale: Float, isSigned: Bool) {
            self.scale = scale
            self.isSigned = isSigned
        }
    }

    /// The names of the convolutions that are computed in eight bits.
    package var convolutions: Set<String>
    /// The grids of all that they read, and of what they give to each other, by the names of nodes.
    package var grids: [String: Grid]

    /// What is computed in eight bits.
    package init(convolutions: Set<String>, grids: [String: Grid]) {
        self.convolutions = convolutions
        self.grids = grids
    }

    /// All convolutions of a network on grids for made-up values from 0, or −1, to 1: for measuring how fast
    /// that is, with any parameters.
    package static func assumed(for network: Network) -> Quantization {
        let fused = network.fused(keeping: Set(network.outputs))
        let groups = NodeGroups(fused)
        var signed: Set<String> = []
        for node in fused where node.canBeNegative { signed.insert(groups.root(of: node.output)) }
        let grids = groups.names.map { name in
            let isSigned = signed.contains(groups.root(of: name))
            return (name, Grid(scale: isSigned ? 1 / 127 : 1 / 255, isSigned: isSigned))
        }
        let convolutions = fused.map(\.node).filter(\.operation.isConvolution)
        return Quantization(
            convolutions: Set(convolutions.map(\.name)), grids: Dictionary(uniqueKeysWithValues: grids))
    }

    /// Why it cannot be one of a network, and what would be possible; `nil` where it can.
    package func flaw(in network: Network) -> (found: String, expected: String?)? {
        let names = Set(network.nodes.map(\.name))
        if let name = convolutions.union(grids.keys).subtracting(names).min() {
            return ("has a quantization of \(name), which the network has not", nil)
        }
        for (name, grid) in grids where !(grid.scale > 0 && grid.scale.isFinite) {
            return ("has a quantization of \(name) by the scale \(grid.scale)", "a positive number")
        }
        return nil
    }

    /// What of it still holds once the parameters of some nodes of the network are others: convolutions that
    /// are not fused with one of these and read nothing of what they give.
    package func untouched(by changed: Set<String>, in network: Network) -> Quantization {
        let fused = network.fused(keeping: Set(network.outputs))
        var touched = changed
        var result = Quantization(convolutions: [], grids: [:])
        var read: Set<String> = []
        for node in fused {
            let own = [node.node.name, node.normalization?.name].compactMap(\.self)
            if (own + node.sources).contains(where: touched.contains) {
                touched.insert(node.output)
            } else if convolutions.contains(node.node.name) {
                result.convolutions.insert(node.node.name)
                read.formUnion(node.sources)
            }
        }
        // A grid of what only convolutions in floating point read would cost them precision.
        let kept = NodeGroups(fused).members(with: read)
        result.grids = grids.filter { kept.contains($0.key) && !touched.contains($0.key) }
        return result
    }

    /// A text that is the same for equal values only.
    package var canonicalText: String {
        let lines = grids.sorted { $0.key < $1.key }.map { "\($0) \($1.scale.bitPattern) \($1.isSigned)" }
        return (convolutions.sorted() + lines).joined(separator: "\n")
    }

    private enum CodingKeys: String, CodingKey {
        case convolutions, grids
    }

    /// Writes the value; equal ones give equal texts.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(convolutions.sorted(), forKey: .convolutions)
        try container.encode(grids, forKey: .grids)
    }
}

extension FusedNode {
    /// Whether its values can be negative where those that it reads are not.
    fileprivate var canBeNegative: Bool {
        switch operations.last {
        case .activation(let activation): NetworkOperation.activation(activation).eightBits.canBeNegative
        case .add: true
        case nil: node.operation.eightBits.canBeNegative
        }
    }
}
