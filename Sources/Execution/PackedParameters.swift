package import GraftNetworks
internal import GraftOneDNN
internal import Synchronization

/// The parameters of a network as plans hold them: in the layouts and types that primitives want.
///
/// Plans for other batch sizes and other input sizes of the network that are made with the same value share
/// what is packed alike, and a further plan packs only what no other has: it takes little memory and time.
package final class PackedParameters: Sendable {
    /// The parameters themselves.
    let parameters: ParameterStore
    let engine: Engine
    private let packed = Mutex<[PackedKey: [Packed]]>([:])

    /// Nothing packed yet of these parameters.
    package init(_ parameters: ParameterStore) throws {
        self.parameters = parameters
        engine = try Engine()
    }

    /// The bytes of all that is packed, each counted once.
    package var byteCount: Int {
        packed.withLock { packed in
            packed.values.joined().reduce(0) { $0 + $1.memory.descriptor.byteCount }
        }
    }

    /// What is packed for `key` in this layout and type; made where it is not there.
    func memory(
        _ key: PackedKey, as wanted: MemoryDescriptor, _ pack: () throws -> Memory
    ) throws -> Memory {
        func known(_ packed: [PackedKey: [Packed]]) -> Packed? {
            packed[key]?.first { $0.memory.descriptor == wanted }
        }
        if let found = packed.withLock({ known($0) }) { return found.memory }
        let made = Packed(memory: try pack())
        return packed.withLock { packed in
            // Another thread may have been quicker.
            if let found = known(packed) { return found }
            packed[key, default: []].append(made)
            return made
        }.memory
    }
}

/// Which numbers are packed: of which nodes, and what became of them.
struct PackedKey: Sendable, Hashable {
    /// The node that they are for.
    var node: Node
    /// The BatchNorm that is folded into them.
    var normalization: Node?
    /// The part that they play.
    var role: ParameterSpecification.Role
    /// The rows and columns of a kernel that stay.
    var reach: [Range<Int>] = []
    /// What they were multiplied by, or divided by, for eight bits.
    var scales: [Float] = []
    /// Whether they are the factors of a kernel in eight bits.
    var areScales = false
}

/// Packed numbers: written before anybody else sees them, only read afterwards.
private struct Packed: @unchecked Sendable {
    let memory: Memory
}
