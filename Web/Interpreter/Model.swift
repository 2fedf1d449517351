/// A network that was read from a file, and the memory that it computes in.
@safe final class Model {
    private let nodes: [Node]
    let preprocessing: Preprocessing
    private let input: Int
    private let output: Int
    /// The node whose mean over height and width says what the model sees in a picture.
    private let vectorNode: Int?
    private let map: (node: Int, weights: UnsafePointer<Float>)?
    private let results: UnsafeMutablePointer<Float>
    private let scratch: UnsafeMutablePointer<Float>
    private let resampler = Resampler()
    private let vectorValues: UnsafeMutablePointer<Float>
    private let mapValues: UnsafeMutablePointer<Float>
    /// What ``facts`` points to.
    private let factValues: UnsafeMutablePointer<Int32>

    /// The first bytes of a file: "GWEB".
    private static let magic: UInt32 = 0x4245_5747
    private static let headSize = 128

    /// Reads a file. Nothing of it is needed afterwards.
    init(_ file: UnsafeRawPointer, count: Int) throws(Flaw) {
        var words = unsafe WordReader(file, count: count)
        guard try words.bits() == Self.magic, try words.bits() == 1 else { throw .unknownFormat }
        let nodeCount = try words.integer(1...4096)
        let tensorCount = try words.integer(0...8192)
        guard try words.integer(0...count) == count else { throw .wrongLength }
        // The description is the page's.
        _ = (try words.bits(), try words.bits())
        guard let output = try words.position(below: nodeCount) else { throw .unfitting }
        self.output = output
        vectorNode = try words.position(below: nodeCount)
        let mapNode = try words.position(below: nodeCount)
        let mapTensor = try words.position(below: tensorCount)
        preprocessing = try Preprocessing(&words)
        // Tensors stand behind the nodes, whose records say how long they are.
        let start = Self.headSize
        var table = unsafe WordReader(file, count: count, position: start)
        let nodeBytes = try table.integer(0...count)
        table = unsafe WordReader(file, count: count, position: start + 4 + nodeBytes)
        var tensors: [StoredTensor] = []
        for _ in 0..<tensorCount { unsafe tensors.append(try StoredTensor(&table, file: file)) }
        let extent = try Extent(
            preprocessing.height, preprocessing.width, preprocessing.colorOrder.channels)
        var nodes: [Node]
        (nodes, input) = unsafe try Self.nodes(
            WordReader(file, count: start + 4 + nodeBytes, position: start + 4), count: nodeCount,
            extent: extent, tensors: tensors)
        unsafe (results, scratch) = try Self.memory(&nodes, kept: [output, vectorNode, mapNode])
        if let mapNode, let mapTensor {
            let (tensor, channels) = (tensors[mapTensor], nodes[mapNode].extent.channels)
            guard tensor.rank == 2, tensor.shape.1 == channels, tensor.shape.0 == nodes[output].extent.count
            else { throw .unfitting }
            unsafe map = (mapNode, UnsafePointer(try tensor.floats()))
        } else {
            unsafe map = nil
        }
        self.nodes = nodes
        unsafe vectorValues = try Memory.floats(vectorNode.map { nodes[$0].extent.channels } ?? 0)
        unsafe mapValues = try Memory.floats(mapNode.map { nodes[$0].extent.places } ?? 0)
        unsafe factValues = UnsafeMutablePointer(OpaquePointer(try Memory.floats(16)))
        writeFacts()
    }

    /// Reads the nodes, and finds the one input.
    private static func nodes(
        _ words: WordReader, count: Int, extent: Extent, tensors: [StoredTensor]
    ) throws(Flaw) -> ([Node], Int) {
        var (words, nodes, extents) = (words, [Node](), [Extent]())
        var input: Int?
        for position in 0..<count {
            let node = try Node(&words, after: extents, input: extent, tensors: tensors)
            if case .input = node.operation {
                guard input == nil else { throw .unfitting }
                input = position
            }
            nodes.append(node)
            extents.append(node.extent)
        }
        guard words.position == words.count else { throw .wrongLength }
        guard let input else { throw .unfitting }
        return (nodes, input)
    }

    /// The memory for results, and for convolutions; nodes get their places.
    private static func memory(
        _ nodes: inout [Node], kept: [Int?]
    ) throws(Flaw) -> (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>) {
        var scratch = 0
        for node in nodes {
            if case .convolution(let convolution) = node.operation {
                scratch = max(scratch, convolution.scratchCount)
            }
        }
        let size = try MemoryPlan.place(&nodes, kept: kept.compactMap { $0 })
        return unsafe (try Memory.floats(size), try Memory.floats(scratch))
    }

    /// Numbers and addresses that the page needs; see `FORMAT.md`.
    var facts: UnsafePointer<Int32> { unsafe UnsafePointer(factValues) }

    private func writeFacts() {
        let mapExtent = unsafe map.map { unsafe nodes[$0.node].extent }
        let facts: [Int] = unsafe [
            Int(bitPattern: results + nodes[input].offset), nodes[input].extent.count,
            Int(bitPattern: results + nodes[output].offset), nodes[output].extent.count,
            vectorNode == nil ? 0 : Int(bitPattern: vectorValues),
            vectorNode.map { nodes[$0].extent.channels } ?? 0,
            unsafe map == nil ? 0 : Int(bitPattern: mapValues), mapExtent?.height ?? 0, mapExtent?.width ?? 0,
        ]
        for (index, fact) in facts.enumerated() { unsafe factValues[index] = Int32(truncatingIfNeeded: fact) }
    }

    /// Writes the network's input from a picture. The box that it shows follows the facts.
    func write(_ image: PixelImage) {
        unsafe preprocessing.write(image, into: results + nodes[input].offset, using: resampler)
        let box = preprocessing.box(in: image)
        let edges = unsafe UnsafeMutableRawPointer(factValues + 12).assumingMemoryBound(to: Float.self)
        unsafe (edges[0], edges[1], edges[2], edges[3]) = (
            Float(box.left), Float(box.top), Float(box.right), Float(box.bottom)
        )
    }

    /// Computes all results from the input.
    func run() {
        for node in nodes {
            let maps = unsafe node.inputs.map { input -> Node.Map in
                unsafe (UnsafePointer(results + nodes[input].offset), nodes[input].extent)
            }
            unsafe node.run(maps, into: results + node.offset, scratch: scratch)
        }
        if let vectorNode { writeVector(nodes[vectorNode]) }
    }

    /// The mean over height and width of what the dense layers read, with length 1.
    private func writeVector(_ node: Node) {
        let (channels, places) = (node.extent.channels, node.extent.places)
        unsafe vectorValues.update(repeating: 0, count: channels)
        for place in 0..<places {
            unsafe Elements.add(results + node.offset + place * channels, to: vectorValues, channels)
        }
        var squares: Float = 0
        for channel in 0..<channels {
            unsafe vectorValues[channel] /= Float(places)
            unsafe squares += vectorValues[channel] * vectorValues[channel]
        }
        let length = squares.squareRoot()
        for channel in 0..<channels where length > 0 { unsafe vectorValues[channel] /= length }
    }

    /// How much each place adds to the score of an output; what speaks against it counts as 0.
    func writeMap(of unit: Int) {
        guard let map = unsafe map, unit >= 0, unit < nodes[output].extent.count else { return }
        let extent = unsafe nodes[map.node].extent
        let weights = unsafe map.weights + unit * extent.channels
        for place in 0..<extent.places {
            let values = unsafe results + nodes[map.node].offset + place * extent.channels
            var sum: Float = 0
            for channel in 0..<extent.channels { unsafe sum += values[channel] * weights[channel] }
            unsafe mapValues[place] = max(sum / Float(extent.places), 0)
        }
    }
}
