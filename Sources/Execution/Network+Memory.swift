public import GraftNetworks
internal import GraftTensors

/// The memory that inference of one picture a core takes, told from the network alone: no plan is made, no
/// weights are read.
///
/// ``parameters`` and ``workspace`` follow how a `Plan` packs parameters and shares memory by lifetime. What
/// they leave out is what oneDNN decides when it makes a primitive: scratchpads, and channels filled up to
/// whole vectors. On a processor with AVX512-BF16 that is at most 3 hundredths of the parameters and 9
/// hundredths of the workspace of any network of the catalogue.
public struct MemoryEstimate: Sendable, Hashable, Codable {
    /// The bytes of the packed parameters, which all cores share.
    public var parameters: Int
    /// The bytes of the feature maps that are needed at one time, of one picture.
    public var workspace: Int

    /// What the process itself takes: code, libraries, the compiled primitives.
    static let process = 62_000_000

    /// The bytes of a process that computes one picture on each of so many cores, once it has packed the
    /// weights.
    ///
    /// The peak of a run, as `graft models --measure` finds it in a process of its own, differs by a tenth
    /// and 25 MB at most. Reading and packing the weights takes more for a moment, for they are there several
    /// times then.
    public func total(cores: Int) -> Int { MemoryEstimate.process + parameters + cores * workspace }
}

extension Network {
    /// What inference in this precision takes.
    public func memoryEstimate(precision: Precision) -> MemoryEstimate {
        var lifetimes = Lifetimes(self, elementSize: precision.elementType.byteCount)
        return MemoryEstimate(
            parameters: packedByteCount(elementSize: precision.elementType.byteCount),
            workspace: lifetimes.peak())
    }

    /// The bytes of the parameters as a plan holds them: kernels of convolutions in its precision, BatchNorm
    /// folded into a bias for each filter, dense layers in f32 but for the kernels of large ones.
    private func packedByteCount(elementSize: Int) -> Int {
        nodes.reduce(0) { sum, node in
            let parameters = node.operation.parameters(of: node.name, inputs: inputShapes(of: node))
            let count = parameters.reduce(0) { $0 + $1.shape.elementCount }
            switch node.operation {
            case .convolution(let convolution):
                let kernel = parameters.first { $0.role == .kernel }?.shape.elementCount ?? 0
                return sum + kernel * elementSize + convolution.filters * 4
            case .dense(let dense):
                let kernel = parameters.first { $0.role == .kernel }?.shape.elementCount ?? 0
                let size = DenseKernel.isLarge(dense, inputs: kernel / dense.units) ? elementSize : 4
                return sum + kernel * size + (count - kernel) * 4
            default: return sum
            }
        }
    }
}

/// Which values of an inference plan live when, and how large they are: the bookkeeping of ``Plan`` without
/// its primitives.
private struct Lifetimes {
    /// Memory, from the time it is written first to the time it is read last. Each fused node has two times:
    /// at the first one inputs are brought into its element type, at the second it computes.
    private struct Block {
        var size: Int
        var first: Int
        var last: Int
    }

    private let network: Network
    private let fused: [FusedNode]
    private let elementSize: Int
    private var lastReaders: [String: Int] = [:]
    private var blocks: [Block] = []
    /// The memory of the value called so, and the size of its elements.
    private var places: [String: (block: Int, elementSize: Int)] = [:]

    init(_ network: Network, elementSize: Int) {
        self.network = network
        self.elementSize = elementSize
        fused = network.fused(keeping: [network.output.name])
        for (position, node) in fused.enumerated() {
            for source in node.sources { lastReaders[source] = position }
        }
        lastReaders[network.output.name] = fused.count
    }

    /// The most bytes that live at one time.
    mutating func peak() -> Int {
        for (position, node) in fused.enumerated() { place(node, at: position) }
        let end = 2 * fused.count
        read(network.output.name, elementSize: 4, at: fused.count)
        // A plan keeps what is handed in and out from the first step to after the last.
        for name in network.inputs.map(\.name) + [network.output.name] {
            guard let block = places[name]?.block else { continue }
            blocks[block].first = 0
            blocks[block].last = end
        }
        var changes = [Int](repeating: 0, count: end + 3)
        for block in blocks {
            changes[block.first] += block.size
            changes[block.last + 1] -= block.size
        }
        var now = 0
        return changes.reduce(0) { peak, change in
            now += change
            return max(peak, now)
        }
    }

    /// Makes a value live until this node has read it, or a copy of it where it has another element type.
    @discardableResult
    private mutating func read(_ name: String, elementSize: Int?, at position: Int) -> Int {
        guard let (block, present) = places[name] else { return 0 }
        guard let elementSize, elementSize != present else {
            blocks[block].last = max(blocks[block].last, 2 * position + 1)
            return present
        }
        blocks[block].last = max(blocks[block].last, 2 * position)
        let count = network.shape(of: name)?.elementCount ?? 0
        blocks.append(Block(size: count * elementSize, first: 2 * position, last: 2 * position + 1))
        return elementSize
    }

    private mutating func write(_ name: String, elementSize: Int, at position: Int) {
        let count = network.shape(of: name)?.elementCount ?? 0
        places[name] = (blocks.count, elementSize)
        blocks.append(
            Block(size: count * elementSize, first: 2 * position + 1, last: 2 * position + 1))
    }

    private mutating func place(_ node: FusedNode, at position: Int) {
        let inputs = node.node.inputs
        switch node.node.operation {
        case .input:
            write(node.output, elementSize: 4, at: position)
        case .convolution:
            read(inputs[0], elementSize: elementSize, at: position)
            placeConvolution(node, at: position)
        case .dense(let dense):
            let isLarge = DenseKernel.isLarge(dense, inputs: network.inputShapes(of: node.node)[0][0])
            read(inputs[0], elementSize: isLarge ? elementSize : 4, at: position)
            for source in node.sources.dropFirst() { read(source, elementSize: 4, at: position) }
            write(node.output, elementSize: 4, at: position)
        case .globalAveragePooling, .softmax:
            read(inputs[0], elementSize: 4, at: position)
            write(node.output, elementSize: 4, at: position)
        case .adaptiveAveragePooling
        where network.shape(of: inputs[0]) != network.shape(of: node.output):
            read(inputs[0], elementSize: 4, at: position)
            write(node.output, elementSize: 4, at: position)
        case .concatenate:
            for input in inputs { read(input, elementSize: elementSize, at: position) }
            write(node.output, elementSize: elementSize, at: position)
        case .flatten, .dropout, .adaptiveAveragePooling:
            // Another view of the same memory.
            places[node.output] = places[inputs[0]]
        case .batchNormalization, .activation, .pooling, .localResponseNormalization, .add:
            let size = read(inputs[0], elementSize: nil, at: position)
            for input in inputs.dropFirst() { read(input, elementSize: size, at: position) }
            write(node.output, elementSize: size, at: position)
        }
    }

    /// The output of a convolution; what it adds to it is overwritten where nothing else needs that.
    private mutating func placeConvolution(_ node: FusedNode, at position: Int) {
        let feedsPooling = network.nodes.contains {
            $0.operation == .globalAveragePooling && $0.inputs == [node.output]
        }
        let size = feedsPooling ? 4 : elementSize
        var shared: String?
        for case .add(let name) in node.operations {
            let isSame = places[name]?.elementSize == size
            read(name, elementSize: size, at: position)
            if shared == nil, isSame, lastReaders[name] == position, node.node.inputs[0] != name {
                shared = name
            }
        }
        if let shared {
            places[node.output] = places[shared]
        } else {
            write(node.output, elementSize: size, at: position)
        }
    }
}
