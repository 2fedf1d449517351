public import GraftTensors

/// The name, shape and part of one parameter of a network.
public struct ParameterSpecification: Sendable, Hashable {
    /// The part a parameter plays in its node.
    public enum Role: String, Sendable, Hashable, CaseIterable {
        case kernel, bias, gamma, beta, movingMean, movingVariance
        /// The numbers of a node that gives nothing else.
        case value

        /// Whether training by gradients changes it; the statistics of a BatchNorm are not changed that way.
        public var hasGradient: Bool { self != .movingMean && self != .movingVariance }
    }

    /// The node it belongs to.
    public var node: String
    /// Its part in the node.
    public var role: Role
    /// Its shape.
    public var shape: Shape

    /// A parameter of a node.
    package init(node: String, role: Role, shape: Shape) {
        self.node = node
        self.role = role
        self.shape = shape
    }

    /// `node/role`, as in "stem/conv/kernel".
    public var name: String { "\(node)/\(role.rawValue)" }
}
