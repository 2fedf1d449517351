/// What processes that train one model together say to each other. All of them make the same calls in the
/// same order.
package protocol Communicator: Sendable {
    /// The number of this process: 0 ..< size.
    var rank: Int { get }
    /// The number of processes.
    var size: Int { get }
    /// Replaces numbers by the sums over all processes: the same bits on each.
    func sum(_ numbers: inout MutableSpan<Float>) throws
    /// Replaces numbers by the sums over all processes: the same bits on each.
    func sum(_ numbers: inout [Double]) throws
    /// Waits until all processes are here.
    func barrier() throws
}

/// A process that trains alone.
package struct SingleProcess: Communicator {
    /// One process.
    package init() {}

    package var rank: Int { 0 }
    package var size: Int { 1 }
    package func sum(_ numbers: inout MutableSpan<Float>) {}
    package func sum(_ numbers: inout [Double]) {}
    package func barrier() {}
}
