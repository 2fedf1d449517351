import GraftFiles
import GraftTensors
import Testing

@testable import GraftWeightFiles

@Suite struct ZipWriterTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A number in bytes, lowest byte first.
    func number(_ bytes: [UInt8], _ place: Int, _ width: Int) -> Int {
        bytes[place..<(place + width)].reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    @Test func entriesAreReadBackAndStartOnMultiplesOf64() throws {
        let output = MemoryOutput()
        var zip = ZipWriter(output, subject: "a.zip")
        var expected: [String: [UInt8]] = ["empty": [], "größe/層": [1, 2, 3]]
        // Names of all lengths need gaps of all lengths.
        for length in 1...70 {
            expected[String(repeating: "n", count: length)] = [UInt8](repeating: 9, count: length)
        }
        for (name, bytes) in expected.sorted(by: { $0.key < $1.key }) { try zip.add(name, bytes) }
        try zip.finish()
        #expect(try output.entries(in: folder) == expected)
        for start in output.bytes.indices.dropLast(4) where number(output.bytes, start, 4) == 0x0403_4b50 {
            let data = start + 30 + number(output.bytes, start + 26, 2) + number(output.bytes, start + 28, 2)
            #expect(data % 64 == 0)
            let size = number(output.bytes, start + 22, 4)
            #expect(
                number(output.bytes, start + 14, 4)
                    == Int(Zlib.checksum(Array(output.bytes[data..<(data + size)]))))
        }
    }

    @Test func anArchiveWithoutEntriesIsRead() throws {
        let output = MemoryOutput()
        try ZipWriter(output, subject: "a.zip").finish()
        #expect(try output.entries(in: folder).isEmpty)
    }

    @Test func moreEntriesThan16BitsCountAreReadBack() throws {
        let output = MemoryOutput()
        var zip = ZipWriter(output, subject: "a.zip")
        for index in 0..<65_536 { try zip.add("\(index)", []) }
        try zip.finish()
        let archive = try ZipArchive(MappedFile(folder.file(output.bytes, "a.zip")))
        #expect(archive.entries.count == 65_536)
    }

    @Test func theBytesOfAnEntryStayPartOfTheMappedFile() throws {
        var root = HDF5Group()
        root.add("a", HDF5Elements(Tensor([1.5, 2.5], shape: [2])))
        let weights = try HDF5Writer(root, subject: "a.zip")
        let output = MemoryOutput()
        var zip = ZipWriter(output, subject: "a.zip")
        try unsafe zip.add("weights", byteCount: weights.byteCount) { try unsafe weights.write(to: $0) }
        try zip.finish()
        let archive = try ZipArchive(MappedFile(folder.file(output.bytes, "a.zip")))
        var budget = MemoryBudget(fileSize: output.bytes.count)
        let entry = try #require(archive.entries["weights"])
        let region = try archive.region(of: entry, budget: &budget)
        #expect(region.isMapped && region.count == weights.byteCount)
    }

    @Test(arguments: [0xffff_fffe, 0xffff_ffff, 5 << 30])
    func sizesThatNeedMoreThan32BitsAreInTheExtraField(_ byteCount: Int) {
        let entry = ZipEntry(name: Array("a".utf8), byteCount: byteCount, header: 10)
        let isLarge = byteCount >= 0xffff_ffff
        let header = entry.localHeader
        #expect((10 + header.count) % 64 == 0)
        #expect(number(header, 4, 2) == (isLarge ? 45 : 20))
        #expect(number(header, 18, 4) == min(byteCount, 0xffff_ffff))
        #expect(number(header, 22, 4) == min(byteCount, 0xffff_ffff))
        #expect(number(header, 31, 2) == (isLarge ? 1 : 0xa11e))
        let directory = entry.directoryEntry
        #expect(number(directory, 20, 4) == min(byteCount, 0xffff_ffff))
        #expect(number(directory, 42, 4) == 10)
        #expect(directory.count == (isLarge ? 46 + 1 + 20 : 46 + 1))
        if isLarge {
            #expect(number(header, 33, 2) == 16 && number(directory, 49, 2) == 16)
            for place in [35, 43] { #expect(number(header, place, 8) == byteCount) }
            for place in [51, 59] { #expect(number(directory, place, 8) == byteCount) }
        }
    }

    @Test func placesBeyond32BitsAreInTheExtraField() {
        let far = ZipEntry(name: Array("a".utf8), byteCount: 3, header: 5 << 30).directoryEntry
        #expect(number(far, 6, 2) == 45 && number(far, 24, 4) == 3 && number(far, 42, 4) == 0xffff_ffff)
        #expect(number(far, 49, 2) == 8 && number(far, 51, 8) == 5 << 30)
        let near = ZipEntry(name: Array("a".utf8), byteCount: 3, header: 0xffff_fffe).directoryEntry
        #expect(number(near, 6, 2) == 20 && number(near, 42, 4) == 0xffff_fffe && near.count == 47)
        let first = ZipEntry(name: Array("a".utf8), byteCount: 3, header: 0xffff_ffff).directoryEntry
        #expect(number(first, 49, 2) == 8 && number(first, 51, 8) == 0xffff_ffff)
        let both = ZipEntry(name: Array("a".utf8), byteCount: 6 << 30, header: 5 << 30).directoryEntry
        #expect(number(both, 49, 2) == 24)
        #expect([51, 59, 67].map { number(both, $0, 8) } == [6 << 30, 6 << 30, 5 << 30])
    }

    @Test func theEndNeeds64BitsOnlyForLargeNumbers() {
        #expect(ZipEnd(entryCount: 65_534, directory: 0xffff_fffe, size: 100).bytes.count == 22)
        for end in [
            ZipEnd(entryCount: 65_535, directory: 9, size: 100),
            ZipEnd(entryCount: 1, directory: 0xffff_ffff, size: 100),
            ZipEnd(entryCount: 1, directory: 9, size: 0xffff_ffff),
        ] {
            let bytes = end.bytes
            #expect(bytes.count == 56 + 20 + 22)
            #expect(number(bytes, 0, 4) == 0x0606_4b50 && number(bytes, 4, 8) == 44)
            #expect(
                [24, 32, 40, 48].map { number(bytes, $0, 8) }
                    == [end.entryCount, end.entryCount, end.size, end.directory])
            #expect(number(bytes, 56, 4) == 0x0706_4b50)
            #expect(number(bytes, 64, 8) == end.directory + end.size)
            #expect(number(bytes, 86, 2) == min(end.entryCount, 0xffff))
            #expect(number(bytes, 92, 4) == min(end.directory, 0xffff_ffff))
        }
    }

    @Test func aKerasFileIsReadByLayers() throws {
        var layers = HDF5Group()
        for (index, name) in ["first", "second"].enumerated() {
            var variables = HDF5Group()
            variables.attributes = [("name", .text(name))]
            variables.add("0", HDF5Elements(Tensor([Float(index)], shape: [1, 1])))
            var layer = HDF5Group()
            layer.add("vars", variables)
            layers.add(index == 0 ? "dense" : "dense_\(index)", layer)
        }
        var root = HDF5Group()
        root.add("layers", layers)
        let path = "\(folder.path)/model.keras"
        let weights = try HDF5Writer(root, subject: path)
        let file = try FileReplacement(path)
        var zip = ZipWriter(file, subject: path)
        try unsafe zip.add("model.weights.h5", byteCount: weights.byteCount) {
            try unsafe weights.write(to: $0)
        }
        try zip.finish()
        try file.commit(isDurable: false)
        let found = try WeightFile.read(path)
        #expect(found["first/0"] == Tensor([0], shape: [1, 1]))
        #expect(found["second/0"] == Tensor([1], shape: [1, 1]))
        #expect(found.count == 2)
    }
}
