package import GraftTensors

/// The name, shape and part of one parameter of a network.
package struct ParameterSpecification: Sendable, Hashable {
    /// The part a parameter plays in its node.
    package enum Role: String, Sendable, Hashable, CaseIterable {
        case kernel, bias, gamma, beta, movingMean, movingVariance
        /// The numbers of a node that gives nothing else.
        case value

        /// Whether training by gradients changes it; the statistics of a BatchNorm are not changed that way.
        package var hasGradient: Bool { self != .movingMean && self != .movingVariance }
    }

    /// The node it belongs to.
    package var node: String
    /// Its part in the node.
    package var role: Role
    /// Its shape.
    package var shape: Shape

    /// A parameter of a node.
    package init(node: String, role: Role, shape: Shape) {
        self.node = node
        self.role = role
        self.shape = shape
    }

    /// `node/role`, as in "stem/conv/kernel".
    package var name: String { "\(node)/\(role.rawValue)" }
}
