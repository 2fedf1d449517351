/// Which convolutions of a network are computed in eight bits, and how the values between them become whole numbers.
///
/// A value x is kept as round(x / scale), from -127 to 127 where it can be negative and from 0 to 255 elsewhere. Kernels are whole numbers from
/// -127 to 127 with a scale for each filter, worked out when a plan is made; sums are exact, in 32 bits.
/// (Jacob et al., Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference, 2018, without zero points.)
package struct Quantization: Sendable, Hashable {
    /// How the values of one node become whole numbers.
    package struct Grid: Sendable, Hashable {
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
}
