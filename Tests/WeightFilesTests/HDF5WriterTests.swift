import GraftFiles
import GraftTensors
import GraftWeightFiles
import Testing

@Suite struct HDF5WriterTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// What Graft's own reader finds in the file with this root.
    func contents(_ root: HDF5Group) throws -> HDF5Contents {
        try HDF5Writer.write(root, to: "\(folder.path)/file.h5", isDurable: false)
        return try HDF5Contents("\(folder.path)/file.h5")
    }

    /// The bytes of the file with this root.
    func bytes(_ root: HDF5Group) throws -> [UInt8] {
        let writer = try HDF5Writer(root, subject: "file.h5")
        var bytes: [UInt8] = []
        try unsafe writer.write { piece in unsafe bytes += piece }
        #expect(bytes.count == writer.byteCount)
        return bytes
    }

    /// A tensor of this shape whose bytes all differ from those of its neighbours.
    static func tensor(_ shape: Shape, _ type: ElementType) -> Tensor {
        let count = shape.elementCount * type.byteCount
        return Tensor((0..<count).map { UInt8(truncatingIfNeeded: 7 * $0 + 1) }, shape, type)
    }

    @Test(arguments: [
        ElementType.float64, .float32, .float16, .int64, .int32, .int16, .int8, .uint8,
    ])
    func numbersOfEveryTypeAndShapeAreReadBackBitForBit(_ type: ElementType) throws {
        let shapes: [Shape] = [[], [5], [2, 3, 4], [0], [3, 0, 2], Shape([Int](repeating: 1, count: 32))]
        var root = HDF5Group()
        for (index, shape) in shapes.enumerated() {
            root.add("\(index)", HDF5Elements(HDF5WriterTests.tensor(shape, type)))
        }
        let found = try contents(root)
        #expect(found.datasets.count == shapes.count)
        for (index, shape) in shapes.enumerated() {
            let tensor = try #require(found.datasets["\(index)"])
            #expect(tensor.elementType == type && tensor.shape == shape)
            #expect(tensor.bytes == HDF5WriterTests.tensor(shape, type).bytes)
        }
    }

    @Test func nestedGroupsAndUnicodeNamesAreReadBack() throws {
        var inner = HDF5Group()
        inner.add("größe 層", HDF5Elements(Tensor([1, 2], shape: [2])))
        inner.add("..", HDF5Group())
        var outer = HDF5Group()
        outer.add(String(repeating: "x", count: 4096), inner)
        outer.add("empty", HDF5Group())
        var root = HDF5Group()
        root.add("outer", outer)
        let found = try contents(root)
        let long = "outer/" + String(repeating: "x", count: 4096)
        #expect(found.groups == ["", "outer", "outer/empty", long, "\(long)/.."])
        #expect(found.datasets["\(long)/größe 層"] == Tensor([1, 2], shape: [2]))
        #expect(try contents(HDF5Group()).groups == [""])
    }

    // A node of a table holds 8 members and a tree node 32 children: trees of one, two and three levels.
    @Test(arguments: [8, 9, 256, 257, 700, 8193])
    func groupsOfAnySizeAreReadBack(_ count: Int) throws {
        var group = HDF5Group()
        for index in 0..<count {
            // In an order that is not that of the names.
            let number = index * 7919 % count
            group.add("m\(number)", HDF5Elements(Tensor([Float(number)], shape: [1])))
        }
        var root = HDF5Group()
        root.add("group", group)
        let found = try contents(root)
        #expect(found.datasets.count == count)
        for number in 0..<count {
            #expect(found.datasets["group/m\(number)"] == Tensor([Float(number)], shape: [1]))
        }
    }

    @Test func attributesAreReadBack() throws {
        var dataset = HDF5Elements(Tensor([1], shape: [1]))
        dataset.attributes = [
            ("text", .text("Größe 層")), ("no text", .text("")), ("fixed", .fixedText("Größe")),
            ("no fixed", .fixedText("")), ("texts", .texts(["a", "", "層"])), ("no texts", .texts([])),
            ("integer", .integer(-1)), ("float", .float(2)), ("größe", .text("a")),
        ]
        var root = HDF5Group()
        root.attributes = dataset.attributes
        root.add("dataset", dataset)
        let found = try contents(root)
        for path in ["", "dataset"] {
            #expect(try found.attributeNames(of: path) == dataset.attributes.map(\.name))
            #expect(try found.texts("text", of: path) == ["Größe 層"])
            #expect(try found.texts("no text", of: path) == [""])
            #expect(try found.texts("fixed", of: path) == ["Größe"])
            #expect(try found.texts("no fixed", of: path) == [""])
            #expect(try found.texts("texts", of: path) == ["a", "", "層"])
            #expect(try found.texts("no texts", of: path) == [])
            #expect(try found.texts("größe", of: path) == ["a"])
        }
    }

    @Test func moreTextsThanOneHeapHoldsAreReadBack() throws {
        var root = HDF5Group()
        for index in 0..<17 {
            root.attributes.append(("a\(index)", .texts((0..<4000).map { "\(index * 4000 + $0)" })))
        }
        let found = try contents(root)
        for index in [0, 16] {
            #expect(
                try found.texts("a\(index)", of: "") == (0..<4000).map { "\(index * 4000 + $0)" })
        }
    }

    @Test func theSameContentGivesTheSameBytes() throws {
        var first = HDF5Group()
        first.add("a", HDF5Elements(Tensor([1], shape: [1])))
        first.add("b", HDF5Elements(Tensor([2, 3], shape: [2])))
        #expect(try bytes(first) == bytes(first))
        // Pieces of any size.
        var second = HDF5Group()
        second.add("a", HDF5Elements(Tensor([1], shape: [1])))
        let tensor = Tensor([2, 3], shape: [2])
        second.add(
            "b",
            unsafe HDF5Elements(shape: [2], elementType: .float32) { write in
                for byte in tensor.bytes { try unsafe [byte].withUnsafeBytes { try unsafe write($0) } }
                try unsafe write(UnsafeRawBufferPointer(start: nil, count: 0))
            })
        #expect(try bytes(first) == bytes(second))
    }

    @Test func elementsLieOnMultiplesOf64() throws {
        var root = HDF5Group()
        for index in 1...3 {
            root.add("\(index)", HDF5Elements(Tensor([Float](repeating: 1.5, count: index), shape: [index])))
        }
        let bytes = try bytes(root)
        let marks = bytes.indices.dropLast(3).filter { Array(bytes[$0..<($0 + 4)]) == [0, 0, 0xc0, 0x3f] }
        #expect(marks.map { $0 % 64 } == [0, 0, 4, 0, 4, 8])
    }
}
