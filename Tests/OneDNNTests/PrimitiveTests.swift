import GraftFiles
import GraftOneDNN
import GraftTensors
import Synchronization
import Testing

/// The wrapper's primitives on a few numbers, and what it says of impossible ones.
@Suite struct PrimitiveTests {
    let engine: Engine

    init() throws { engine = try Engine() }

    private func plain(_ extents: [Int], _ type: ElementType = .float32) throws -> MemoryDescriptor {
        try MemoryDescriptor(extents, type, .rowMajor)
    }

    private func memory(_ numbers: [Float], _ descriptor: MemoryDescriptor) throws -> Memory {
        let memory = try Memory(descriptor, engine: engine)
        unsafe memory.withBytes { bytes in
            unsafe numbers.withUnsafeBytes { unsafe bytes.copyMemory(from: $0) }
        }
        return memory
    }

    private func numbers(_ memory: Memory) -> [Float] {
        unsafe memory.withBytes { unsafe Array($0.bindMemory(to: Float.self)) }
    }

    private func run(
        _ primitive: Primitive, _ arguments: [(argument: Argument, memory: Memory)]
    ) throws {
        var arguments = arguments
        if primitive.scratchpadByteCount > 0 {
            let size = try MemoryDescriptor([primitive.scratchpadByteCount], .uint8, .rowMajor)
            arguments.append((.scratchpad, try Memory(size, engine: engine)))
        }
        let stream = try Stream(engine)
        try PrimitiveCall(primitive, arguments).run(on: stream)
        try stream.wait()
    }

    @Test func reorderTurnsRowsIntoChannelsLastAndScales() throws {
        let rows = try plain([1, 2, 1, 3])
        let last = try MemoryDescriptor([1, 2, 1, 3], .float32, .channelsLast)
        let target = try Memory(last, engine: engine)
        try run(
            Primitive.reorder(engine, source: rows, destination: last),
            [(.source, try memory([1, 2, 3, 4, 5, 6], rows)), (.destination, target)])
        #expect(numbers(target) == [1, 4, 2, 5, 3, 6])
        let matrix = try plain([2, 2])
        let scaled = try Memory(matrix, engine: engine)
        try run(
            Primitive.reorder(engine, source: matrix, destination: matrix, scaledAxes: 1),
            [
                (.source, try memory([1, 2, 3, 4], matrix)), (.destination, scaled),
                (.sourceScales, try memory([10, 100], plain([2]))),
            ])
        #expect(numbers(scaled) == [10, 20, 300, 400])
    }

    @Test func binaryRepeatsTheSecondAlongAxesOfOne() throws {
        let (whole, column) = (try plain([2, 3]), try plain([2, 1]))
        for (function, expected) in [
            (BinaryFunction.add, [11, 12, 13, 104, 105, 106] as [Float]),
            (.multiply, [10, 20, 30, 400, 500, 600]),
        ] {
            let target = try Memory(whole, engine: engine)
            try run(
                Primitive.binary(engine, function, source: whole, second: column, destination: whole),
                [
                    (.source, try memory([1, 2, 3, 4, 5, 6], whole)),
                    (.secondSource, try memory([10, 100], column)), (.destination, target),
                ])
            #expect(numbers(target) == expected)
        }
    }

    @Test func sumsAreAlongTheAxesThatBecomeOne() throws {
        let (whole, row) = (try plain([2, 3]), try plain([1, 3]))
        let target = try Memory(row, engine: engine)
        try run(
            Primitive.sum(engine, source: whole, destination: row),
            [(.source, try memory([1, 2, 3, 4, 5, 6], whole)), (.destination, target)])
        #expect(numbers(target) == [5, 7, 9])
    }

    @Test func productIsThatOfMatrices() throws {
        let (left, right, result) = (try plain([1, 2]), try plain([2, 2]), try plain([1, 2]))
        let target = try Memory(result, engine: engine)
        try run(
            Primitive.product(engine, left, right, destination: result),
            [
                (.source, try memory([1, 2], left)), (.weights, try memory([3, 4, 5, 6], right)),
                (.destination, target),
            ])
        #expect(numbers(target) == [13, 16])
    }

    @Test func gradientsAreToldFromTheResultOrTheArgument() throws {
        let row = try plain([1, 4])
        let arguments: [Float] = [-4, -1, 1, 4]
        let functions: [(Elementwise, Bool)] = [
            (.relu, true), (.clip(low: 0, high: 6), true), (.leakyReLU(slope: 0.5), true), (.sigmoid, true),
            (.swish, false), (.hardSigmoid(slope: 0.25, offset: 0.5), false),
            (.hardSwish(slope: 0.25, offset: 0.5), false), (.gelu, false), (.geluTanh, false),
        ]
        for (function, takesResult) in functions {
            #expect(function.gradientTakesResult == takesResult)
            func values(_ arguments: [Float]) throws -> [Float] {
                let target = try Memory(row, engine: engine)
                try run(
                    Primitive.elementwise(engine, function, source: row, destination: row),
                    [(.source, try memory(arguments, row)), (.destination, target)])
                return numbers(target)
            }
            let target = try Memory(row, engine: engine)
            let known = takesResult ? try values(arguments) : arguments
            try run(
                Primitive.elementwiseGradient(engine, function, row),
                [
                    (takesResult ? .destination : .source, try memory(known, row)),
                    (.destinationGradient, try memory([1, 2, 1, 2], row)), (.sourceGradient, target),
                ])
            let (more, less) = (
                try values(arguments.map { $0 + 0.01 }), try values(arguments.map { $0 - 0.01 })
            )
            for (place, found) in numbers(target).enumerated() {
                let numeric = (more[place] - less[place]) / 0.02 * (place % 2 == 0 ? 1 : 2)
                #expect(abs(found - numeric) < 2e-3, "\(function) at \(arguments[place])")
            }
        }
    }

    @Test func softmaxSumsToOneAlongItsAxis() throws {
        let rows = try plain([2, 2])
        let target = try Memory(rows, engine: engine)
        try run(
            Primitive.softmax(engine, axis: 1, source: rows, destination: rows),
            [(.source, try memory([0, 0, 100, 0], rows)), (.destination, target)])
        #expect(numbers(target) == [0.5, 0.5, 1, 0])
    }

    @Test func anyLayoutIsChosenByThePrimitive() throws {
        let source = try MemoryDescriptor([1, 16, 8, 8], .float32, .channelsLast)
        let convolution = try Primitive.convolution(
            engine, source: source, weights: MemoryDescriptor([16, 16, 3, 3], .float32, .any), bias: nil,
            destination: source,
            geometry: ConvolutionGeometry(strides: [1, 1], paddingBefore: [1, 1], paddingAfter: [1, 1]))
        let chosen = try convolution.descriptor(of: .weights, .float32)
        #expect(chosen.dimensions == [16, 16, 3, 3])
        #expect(chosen.byteCount >= 16 * 16 * 9 * 4)
        #expect(!convolution.isReference)
        #expect(convolution.workspaceByteCount == 0)
    }

    @Test func maximumPoolingOfTrainingLeavesWhereItsMaximaWere() throws {
        let source = try MemoryDescriptor([1, 8, 4, 4], .float32, .channelsLast)
        let destination = try MemoryDescriptor([1, 8, 2, 2], .float32, .channelsLast)
        let geometry = ConvolutionGeometry(strides: [2, 2], paddingBefore: [0, 0], paddingAfter: [0, 0])
        let sizes = try [false, true].map {
            try Primitive.pooling(
                engine, .maximum, source: source, destination: destination, window: [2, 2],
                geometry: geometry, isTraining: $0
            ).workspaceByteCount
        }
        #expect(sizes[0] == 0 && sizes[1] > 0)
    }

    @Test func primitivesThatDoNotFitAreRefusedByName() throws {
        let (row, other) = (try plain([1, 4]), try plain([1, 5]))
        func message(_ make: () throws -> Primitive) -> String? {
            #expect(throws: OneDNNError.self) { try make() }?.description
        }
        #expect(
            message { try Primitive.binary(engine, .add, source: row, second: other, destination: row) }
                == "oneDNN could not plan an addition of [1, 4]: the arguments do not fit together.")
        #expect(
            message { try Primitive.product(engine, row, other, destination: row) }
                == "oneDNN could not plan a product of [1, 4] by [1, 5]: the arguments do not fit together.")
        #expect(
            message { try Primitive.softmax(engine, axis: 7, source: row, destination: row) }
                == "oneDNN could not plan a softmax of [1, 4]: the arguments do not fit together.")
        #expect(
            message { try Primitive.sum(engine, source: row, destination: other) }
                == "oneDNN could not plan a sum of [1, 4] to [1, 5]: the arguments do not fit together.")
        let softmax = try Primitive.softmax(engine, axis: 1, source: row, destination: row)
        let error = #expect(throws: OneDNNError.self) {
            try PrimitiveCall(softmax, []).run(on: Stream(engine))
        }
        #expect(
            error?.description
                == "oneDNN could not run a softmax of [1, 4]: the arguments do not fit together.")
    }

    @Test(arguments: [1, 2, 3]) func threadsShareWorkAndEachNumberIsMetOnce(_ threads: Int) {
        let met = Mutex<[Int]>([])
        Threads.perform(100, threads: threads) { number in met.withLock { $0.append(number) } }
        #expect(met.withLock { $0.sorted() } == Array(0..<100))
        Threads.perform(0, threads: threads) { _ in Issue.record("nothing is to be done") }
    }
}
