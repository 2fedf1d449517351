/// One step of a network.
struct Node {
    let operation: Operation
    let activation: Activation
    /// The positions of the nodes whose results it takes.
    let inputs: [Int]
    /// The extent of its result.
    let extent: Extent
    /// Where its result begins in the memory for results.
    var offset = 0
}
