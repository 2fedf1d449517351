import GraftFiles
import GraftOneDNN
import GraftTensors
import Testing

@Suite struct MemoryTests {
    @Test func descriptorsTellTheirExtentsAndBytes() throws {
        let map = try MemoryDescriptor([2, 3, 4, 5], .float32, .channelsLast)
        #expect(map.dimensions == [2, 3, 4, 5] && map.elementType == .float32)
        #expect(map.byteCount == 2 * 3 * 4 * 5 * 4)
        #expect(try MemoryDescriptor([7], .bfloat16, .rowMajor).byteCount == 14)
        #expect(try MemoryDescriptor([7], .int8, .rowMajor).byteCount == 7)
    }

    @Test func layoutsAreEqualWhereTheirBytesAre() throws {
        func descriptor(_ extents: [Int], _ layout: MemoryDescriptor.Layout) throws -> MemoryDescriptor {
            try MemoryDescriptor(extents, .float32, layout)
        }
        #expect(try descriptor([2, 3, 4, 5], .channelsLast) != descriptor([2, 3, 4, 5], .rowMajor))
        #expect(try descriptor([2, 3], .channelsLast) == descriptor([2, 3], .rowMajor))
        // One channel, or one place, leaves nothing to order; oneDNN tells such strides apart all the same.
        #expect(try descriptor([2, 3, 4], .channelsLast) != descriptor([2, 3, 4], .rowMajor))
        #expect(try descriptor([4], .rowMajor) != MemoryDescriptor([4], .int32, .rowMajor))
    }

    @Test func typesWithoutAFormInOneDNNAreRefusedByName() {
        for type in [ElementType.int64, .int16, .bool] {
            let error = #expect(throws: OneDNNError.self) { try MemoryDescriptor([4], type, .rowMajor) }
            #expect(
                error?.description
                    == "oneDNN could not describe \(type) memory: this processor has no implementation of it."
            )
        }
    }

    @Test func impossibleExtentsAreRefusedWithThem() {
        let error = #expect(throws: OneDNNError.self) {
            try MemoryDescriptor([2, -3], .float32, .rowMajor)
        }
        #expect(
            error?.description
                == "oneDNN could not describe float32 memory of extents [2, -3]: the arguments do not fit together."
        )
        let tooMany = #expect(throws: OneDNNError.self) {
            try MemoryDescriptor([Int](repeating: 1, count: 13), .float32, .rowMajor)
        }
        #expect(tooMany?.description.hasSuffix("the arguments do not fit together.") == true)
    }

    @Test func partsLieWithinTheWhole() throws {
        let whole = try MemoryDescriptor([1, 4, 2, 2], .float32, .channelsLast)
        let part = try MemoryDescriptor(partOf: whole, dimensions: [1, 2, 2, 2], offsets: [0, 1, 0, 0])
        #expect(part.dimensions == [1, 2, 2, 2])
        let error = #expect(throws: OneDNNError.self) {
            try MemoryDescriptor(partOf: whole, dimensions: [1, 4, 2, 2], offsets: [0, 1, 0, 0])
        }
        #expect(
            error?.description
                == "oneDNN could not describe a part of memory of extents [1, 4, 2, 2]: the arguments do not fit "
                + "together.")
    }

    @Test func memoryOfItsOwnIsZeroAndAligned() throws {
        let memory = try Memory(MemoryDescriptor([3, 5], .float32, .rowMajor), engine: Engine())
        let (bytes, address) = unsafe memory.withBytes { bytes in
            unsafe (Array(bytes), Int(bitPattern: bytes.baseAddress))
        }
        #expect(bytes == [UInt8](repeating: 0, count: 60))
        #expect(address % 64 == 0)
    }

    @Test func versionIsOneThatGraftKnows() {
        let parts = Engine.version.split(separator: ".").compactMap { Int($0) }
        #expect(parts.count == 3 && (parts.first ?? 0) >= 3)
        // What multiplies bf16 natively can compute with it in any case.
        #expect(!Engine.hasBFloat16 || Engine.canEmulateBFloat16)
    }
}
