internal import GraftFiles
internal import GraftImages
internal import GraftNetworks
internal import GraftTensors

/// A network as the file that the interpreter of the web page reads: `Web/FORMAT.md` says what stands where.
struct WebModel {
    private struct Record {
        var kind: Kind
        var activation: UInt32 = 0
        var slope: Float = 0
        var inputs: [Int] = []
        var settings: [UInt32] = []
    }

    private enum Kind: UInt32 {
        case input, convolution, scaleShift, identity, add, multiply, concatenate, pooling
        case globalAveragePooling, adaptiveAveragePooling, localResponseNormalization, flatten, dense, softmax
        case parameter
    }

    /// The word for nothing.
    private static let none = UInt32.max

    private let folded: FoldedWeights
    private let precision: WebTensor.Precision
    private var records: [Record] = []
    private var tensors: [WebTensor] = []
    /// The position of each node's record.
    private var positions: [String: Int] = [:]
    /// The record whose output is what the first dense layer reads.
    private var vector: Int?
    /// The record of the last feature map and the only dense layer's kernel, where the layer reads the map's means.
    private var map: (record: Int, tensor: Int)?
    private var denseCount = 0

    /// The file of a network.
    ///
    /// - Throws: ``ExportError`` that names what cannot be written.
    init(_ network: Network, _ parameters: ParameterStore, _ precision: WebTensor.Precision) throws {
        folded = FoldedWeights(network, parameters)
        self.precision = precision
        for (position, node) in network.nodes.enumerated() where positions[node.name] == nil {
            try add(node, at: position)
        }
        if denseCount != 1 { map = nil }
    }

    private var network: Network { folded.network }

    // MARK: Nodes

    /// Adds a node, with the BatchNorm and the element function behind it where these belong to it alone.
    private mutating func add(_ node: Node, at position: Int) throws {
        let inputs = try node.inputs.map { name throws(ExportError) in
            guard let found = positions[name] else {
                throw ExportError("\(network.name): \(name)", found: "has no value")
            }
            return found
        }
        let shapes = network.inputShapes(of: node)
        if case .dropout = node.operation {
            positions[node.name] = inputs[0]
            return
        }
        var last = node
        let normalization = folded.normalization(after: node, at: position)
        if let normalization { last = normalization }
        var record = try record(of: node, inputs, shapes, normalizedBy: normalization)
        if case .activation(let activation) = node.operation {
            (record.activation, record.slope) = Self.code(activation)
        } else if let end = network.position(of: last.name), let next = folded.onlyReader(of: last, at: end),
            case .activation(let activation) = next.operation, !Self.isSource(node)
        {
            (record.activation, record.slope) = Self.code(activation)
            last = next
        }
        records.append(record)
        for name in [node.name, normalization?.name, last.name].compactMap(\.self) {
            positions[name] = records.count - 1
        }
        note(node, record)
    }

    /// Whether a node brings numbers in, and computes none.
    private static func isSource(_ node: Node) -> Bool {
        switch node.operation {
        case .input, .parameter: true
        default: false
        }
    }

    /// Keeps in mind what the page shows of a picture: the vector and the map.
    private mutating func note(_ node: Node, _ record: Record) {
        guard case .dense = node.operation else { return }
        denseCount += 1
        guard denseCount == 1 else { return }
        vector = record.inputs[0]
        let source = records[record.inputs[0]]
        if source.kind == .globalAveragePooling { map = (source.inputs[0], Int(record.settings[0])) }
    }

    private mutating func record(
        of node: Node, _ inputs: [Int], _ shapes: [Shape], normalizedBy normalization: Node?
    ) throws -> Record {
        func plain(_ kind: Kind, _ settings: [UInt32] = []) -> Record {
            Record(kind: kind, inputs: inputs, settings: settings)
        }
        switch node.operation {
        case .input: return plain(.input)
        case .convolution(let convolution):
            let edges = convolution.edges(input: shapes[0])
            let weights = try addWeights(of: node, normalizedBy: normalization)
            return plain(
                .convolution,
                weights + [UInt32(convolution.stride)] + Self.words(edges) + [1, UInt32(convolution.groups)])
        case .dense:
            return plain(.dense, try addWeights(of: node, normalizedBy: normalization))
        case .batchNormalization:
            let (factors, offsets) = try folded.affineForm(of: node)
            return plain(.scaleShift, [add(factors.map { Float($0) }), add(offsets.map { Float($0) })])
        case .activation: return plain(.identity)
        case .add: return plain(.add)
        case .multiply: return plain(.multiply)
        case .concatenate: return plain(.concatenate)
        case .pooling(let pooling):
            let reduction: UInt32 =
                switch pooling.reduction {
                case .maximum: 0
                case .average: 1
                case .averageWithPadding: 2
                }
            return plain(
                .pooling,
                [reduction, UInt32(pooling.size), UInt32(pooling.stride)]
                    + Self.words(pooling.edges(input: shapes[0])))
        case .globalAveragePooling: return plain(.globalAveragePooling)
        case .adaptiveAveragePooling(let pooling):
            return plain(.adaptiveAveragePooling, [UInt32(pooling.height), UInt32(pooling.width)])
        case .localResponseNormalization(let normalization):
            return plain(
                .localResponseNormalization,
                [
                    UInt32(normalization.size), normalization.alpha.bitPattern, normalization.beta.bitPattern,
                    normalization.k.bitPattern,
                ])
        case .flatten: return plain(.flatten)
        case .dropout: return plain(.identity)
        case .softmax: return plain(.softmax)
        case .parameter:
            let value = try folded.parameter(.value, of: node)
            tensors.append(WebTensor(value.floats, dimensions: value.shape.dimensions))
            return plain(.parameter, [UInt32(tensors.count - 1)])
        }
    }

    private static func words(_ edges: Padding.Edges) -> [UInt32] {
        [edges.top, edges.left, edges.bottom, edges.right].map { UInt32($0) }
    }

    private static func code(_ activation: Activation) -> (UInt32, Float) {
        switch activation {
        case .relu: (1, 0)
        case .relu6: (2, 0)
        case .leakyReLU(let slope): (3, slope)
        case .sigmoid: (4, 0)
        case .silu: (5, 0)
        case .hardSwish: (6, 0)
        case .hardSigmoid: (7, 0)
        case .gelu: (8, 0)
        case .geluTanh: (9, 0)
        }
    }

    /// Stores a vector and gives the position of its tensor.
    private mutating func add(_ values: [Float]) -> UInt32 {
        tensors.append(WebTensor(values, dimensions: [values.count]))
        return UInt32(tensors.count - 1)
    }

    /// Stores the kernel and the bias of a node, with a BatchNorm that belongs to them.
    private mutating func addWeights(of node: Node, normalizedBy normalization: Node?) throws -> [UInt32] {
        let weights = try folded.weights(of: node, normalizedBy: normalization)
        let values = weights.values
        if let flaw = values.first(where: { !$0.isFinite }) {
            throw ExportError(
                "\(network.name): \(node.name)", found: "has the weight \(flaw)", expected: "finite numbers")
        }
        tensors.append(WebTensor(kernel: values, dimensions: weights.kernel.shape.dimensions, precision))
        let kernel = UInt32(tensors.count - 1)
        return [kernel, weights.bias.map { add($0) } ?? Self.none]
    }

    // MARK: The file

    private static let headWords = 32
    private static let magic: UInt32 = 0x4245_5747
    private static let version: UInt32 = 1

    /// The bytes of the file.
    ///
    /// - Parameter description: what the page needs besides, in JSON; empty where it has it already.
    /// - Throws: ``ExportError`` where it would be too large.
    func bytes(_ preprocessing: Preprocessing, description: [UInt8] = []) throws -> [UInt8] {
        let recordWords = records.flatMap { record in
            [
                record.kind.rawValue, UInt32(5 + record.inputs.count + record.settings.count),
                record.activation,
                record.slope.bitPattern, UInt32(record.inputs.count),
            ] + record.inputs.map { UInt32($0) } + record.settings
        }
        let start = 4 * (Self.headWords + 1 + recordWords.count + 8 * tensors.count)
        var (table, data): ([UInt32], [UInt8]) = ([], [])
        for tensor in tensors {
            table += [tensor.code, UInt32(tensor.dimensions.count)]
            table += (0..<4).map { $0 < tensor.dimensions.count ? UInt32(tensor.dimensions[$0]) : 1 }
            table += [
                UInt32(truncatingIfNeeded: start + data.count),
                UInt32(truncatingIfNeeded: tensor.bytes.count),
            ]
            data += tensor.bytes
            data += [UInt8](repeating: 0, count: (4 - data.count % 4) % 4)
        }
        let end = start + data.count + description.count
        guard end <= Int(Int32.max) else {
            throw ExportError(
                "\(network.name) as a web page", found: "takes \(end) bytes", expected: "less than 2 GB",
                remedy: "Use a smaller network")
        }
        var head: [UInt32] = [
            Self.magic, Self.version, UInt32(records.count), UInt32(tensors.count), UInt32(end),
            description.isEmpty ? 0 : UInt32(start + data.count), UInt32(description.count),
            UInt32(positions[network.output.name] ?? records.count - 1),
            vector.map { UInt32($0) } ?? Self.none,
            map.map { UInt32($0.record) } ?? Self.none, map.map { UInt32($0.tensor) } ?? Self.none,
        ]
        head += preprocessing.words
        head += [UInt32](repeating: 0, count: Self.headWords - head.count)
        let words = head + [UInt32(4 * recordWords.count)] + recordWords + table
        return words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } } + data
            + description
    }
}

extension Preprocessing {
    /// The words of the file's head.
    fileprivate var words: [UInt32] {
        let order: UInt32 =
            switch colorOrder {
            case .rgb: 0
            case .bgr: 1
            case .grey: 2
            }
        let (rule, pixels): (UInt32, Int) =
            switch resizeRule {
            case .shorterSide(let side): (0, side)
            case .centerBox(let margin): (1, margin)
            case .squash: (2, 0)
            }
        let filter: UInt32 =
            switch interpolation {
            case .bilinear: 0
            case .bicubic: 1
            }
        func three(_ values: [Float]) -> [UInt32] {
            (0..<3).map { (values.count == 3 ? values[$0] : values[0]).bitPattern }
        }
        return [UInt32(height), UInt32(width), order, rule, UInt32(pixels), filter] + three(mean)
            + three(scale)
    }
}
