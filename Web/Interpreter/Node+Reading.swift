extension Node {
    /// Reads the next node of a file.
    ///
    /// - Parameter extents: those of the nodes before it.
    init(
        _ words: inout WordReader, after extents: [Extent], input: Extent, tensors: [StoredTensor]
    ) throws(Flaw) {
        let start = words.position
        let kind = try words.integer(0...14)
        let wordCount = try words.integer(5...1024)
        let code = try words.integer(0...9)
        activation = try Activation(code: code, slope: try words.float())
        var inputs: [Int] = []
        for _ in 0..<(try words.integer(0...256)) {
            guard let position = try words.position(below: extents.count) else { throw .unfitting }
            inputs.append(position)
        }
        self.inputs = inputs
        let counts: ClosedRange<Int> =
            switch kind {
            case 0, 14: 0...0
            case 4, 5: 2...2
            case 6: 1...256
            default: 1...1
            }
        guard counts.contains(inputs.count) else { throw .unfitting }
        let given = inputs.map { extents[$0] }
        (operation, extent) = try Self.operation(
            kind, &words, given: given, input: input, tensors: tensors)
        guard words.position == start + 4 * wordCount else { throw .wrongLength }
    }

    /// Reads what is special to a kind.
    private static func operation(
        _ kind: Int, _ words: inout WordReader, given: [Extent], input: Extent, tensors: [StoredTensor]
    ) throws(Flaw) -> (Operation, Extent) {
        let first = given.first ?? input
        switch kind {
        case 0: return (.input, input)
        case 1:
            guard !tensors.isEmpty else { throw .unfitting }
            let convolution = try Convolution(&words, input: first, tensors: tensors)
            return (.convolution(convolution), convolution.output)
        case 2:
            let scale = unsafe try vector(&words, tensors, count: first.channels)
            let shift = unsafe try vector(&words, tensors, count: first.channels)
            return unsafe (.scaleShift(scale, shift), first)
        case 3: return (.identity, first)
        case 4: return (.add, try first.broadcast(with: given[1]))
        case 5: return (.multiply, try first.broadcast(with: given[1]))
        case 6: return (.concatenate, try concatenation(given))
        case 7:
            let pooling = try Pooling(&words, input: first)
            return (.pooling(pooling), pooling.output)
        case 8:
            let pooling = try AdaptiveAveragePooling(input: first, height: 1, width: 1)
            return (.adaptiveAveragePooling(pooling), pooling.output)
        case 9:
            let height = try words.integer(1...1024)
            let pooling = try AdaptiveAveragePooling(
                input: first, height: height, width: try words.integer(1...1024))
            return (.adaptiveAveragePooling(pooling), pooling.output)
        case 10: return (.localResponseNormalization(try LocalResponseNormalization(&words)), first)
        case 11: return (.flatten, try Extent(1, 1, first.count))
        case 12:
            let (kernel, units) = try dense(&words, tensors, inputs: first.channels)
            return (.dense(kernel), try Extent(first.height, first.width, units))
        case 13: return (.softmax, first)
        default:
            let tensor = try tensor(&words, tensors)
            guard tensor.rank <= 3 else { throw .unfitting }
            let (a, b, c) = (tensor.shape.0, tensor.shape.1, tensor.shape.2)
            let extent =
                switch tensor.rank {
                case 1: try Extent(1, 1, a)
                case 2: try Extent(1, a, b)
                default: try Extent(a, b, c)
                }
            return unsafe (.parameter(UnsafePointer(try tensor.floats())), extent)
        }
    }

    /// The extent of maps one after the other along the channels.
    private static func concatenation(_ given: [Extent]) throws(Flaw) -> Extent {
        var channels = 0
        for extent in given {
            guard extent.height == given[0].height, extent.width == given[0].width else { throw .unfitting }
            channels += extent.channels
            guard channels <= Extent.most else { throw .tooLarge }
        }
        return try Extent(given[0].height, given[0].width, channels)
    }

    private static func tensor(
        _ words: inout WordReader, _ tensors: [StoredTensor]
    ) throws(Flaw) -> StoredTensor {
        guard let position = try words.position(below: tensors.count) else { throw .unfitting }
        return tensors[position]
    }

    /// The numbers of a tensor with one axis of this extent.
    private static func vector(
        _ words: inout WordReader, _ tensors: [StoredTensor], count: Int
    ) throws(Flaw) -> UnsafePointer<Float> {
        let tensor = try tensor(&words, tensors)
        guard tensor.rank == 1, tensor.count == count else { throw .unfitting }
        return unsafe UnsafePointer(try tensor.floats())
    }

    /// The kernel and the number of units of a fully connected layer.
    private static func dense(
        _ words: inout WordReader, _ tensors: [StoredTensor], inputs: Int
    ) throws(Flaw) -> (PackedKernel, Int) {
        let kernel = try tensor(&words, tensors)
        let units = kernel.shape.0
        guard kernel.rank == 2, kernel.shape.1 == inputs else { throw .unfitting }
        var bias: UnsafeMutablePointer<Float>?
        if let position = try words.position(below: tensors.count) {
            guard tensors[position].rank == 1, tensors[position].count == units else { throw .unfitting }
            unsafe bias = try tensors[position].floats()
        }
        let numbers = unsafe try kernel.floats()
        let packed = unsafe try PackedKernel(numbers, columns: units, channels: inputs, taps: 1, bias: bias)
        unsafe Memory.release(numbers)
        if let bias = unsafe bias { unsafe Memory.release(bias) }
        return (packed, units)
    }
}
