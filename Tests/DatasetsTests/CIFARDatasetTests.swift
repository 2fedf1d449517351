import GraftDatasets
import GraftFiles
import GraftImages
import Testing

@Suite struct CIFARDatasetTests {
    let work: Workspace

    init() throws { work = try Workspace() }

    /// A record whose planes of red, green and blue start with 1, 2, 3 and are `fill` otherwise.
    static func record(_ labels: [UInt8], fill: UInt8 = 0) -> [UInt8] {
        labels + [1, 2, 3].flatMap { [$0] + [UInt8](repeating: fill, count: 1023) }
    }

    func message(_ options: DatasetOptions = DatasetOptions()) -> String? {
        do { _ = try DatasetReader.open(work.path, options: options) } catch { return "\(error)" }
        return nil
    }

    func writeTen() throws {
        try work.write(Self.record([1]) + Self.record([0], fill: 7), to: "data_batch_1.bin")
        try work.write(Self.record([2]), to: "data_batch_2.bin")
        try work.write(Self.record([2]), to: "test_batch.bin")
        try work.write(Array("cat\r\ndog\r\nsea horse\r\n\r\n".utf8), to: "batches.meta.txt")
    }

    @Test func batchesOfAnyLengthAreReadInColour() throws {
        try writeTen()
        try work.write([1], to: "readme.html")
        let data = try DatasetReader.open(work.path)
        #expect(data.classes == ["cat", "dog", "sea horse"])
        #expect(data.samples.map(\.label) == [1, 0, 2, 2])
        #expect(data.samples.map(\.part) == [.train, .train, .train, .test])
        #expect(
            data.samples.map(\.path) == [
                "data_batch_1/0", "data_batch_1/1", "data_batch_2/0", "test_batch/0",
            ])
        #expect(data.inventory.passedOver.map(\.rule) == [.document] && data.inventory.leftOut.isEmpty)
        let (examination, image) = data.samples[1].examine()
        #expect(image?.width == 32 && image?.height == 32)
        #expect(image?.samples.prefix(6) == [1, 2, 3, 7, 7, 7])
        #expect(image?.samples.suffix(3) == [7, 7, 7])
        let first = data.samples[0].examine().examination
        #expect(examination.isUsable && first.digest != examination.digest)
        #expect(data.samples[2].examine().examination.digest == first.digest)
    }

    @Test func hundredHasFineAndCoarseLabels() throws {
        try work.write(Self.record([1, 99]) + Self.record([19, 0]), to: "train.bin")
        var data = try DatasetReader.open(work.path)
        #expect(data.samples.map(\.label) == [99, 0])
        #expect(data.samples.map(\.part) == [nil, nil])
        #expect(data.classes == (0..<100).map(String.init))
        #expect(
            data.remarks.map(\.message) == [
                "fine_label_names.txt is not there: classes are named by their numbers."
            ])
        try work.write(Array((0..<20).map { "c\($0)\n" }.joined().utf8), to: "coarse_label_names.txt")
        data = try DatasetReader.open(work.path, options: DatasetOptions(labels: .coarse))
        #expect(data.samples.map(\.label) == [1, 19])
        #expect(data.classes.last == "c19" && data.remarks.isEmpty)
        #expect(data.samples[0].examine().image?.samples.prefix(3) == [1, 2, 3])
    }

    @Test func contradictionsAreErrors() throws {
        try writeTen()
        let batch = work.path + "/data_batch_1.bin"
        #expect(
            message(DatasetOptions(labels: .coarse))
                == "The choice of coarse labels has no effect on \(work.path), which is CIFAR-10 data. Leave it out."
        )
        try work.write(Self.record([0]) + Self.record([3]), to: "data_batch_1.bin")
        #expect(
            message()
                == "\(batch), record 1 has the label 3; expected less than 3, the number of names in batches.meta.txt. "
                + "Check that the files belong together.")
        try work.write(Array(Self.record([0]).dropLast()), to: "data_batch_1.bin")
        #expect(
            message()
                == "\(batch) has 3,072 bytes; expected a multiple of 3,073, the size of a CIFAR-10 record. "
                + "Copy or download it again.")
        try work.write(Array("cat\ncat".utf8), to: "batches.meta.txt")
        #expect(
            message()
                == "\(work.path)/batches.meta.txt has the name cat twice; expected a name of its own for each class."
        )
        try work.write([0xff], to: "batches.meta.txt")
        #expect(
            message()
                == "\(work.path)/batches.meta.txt is not UTF-8 text; expected the name of a class on each line."
        )
        try work.write([], to: "train.bin")
        #expect(
            message()
                == "\(work.path) holds files of CIFAR-10 and of CIFAR-100: data_batch_1.bin, train.bin; expected one "
                + "of them. Put them into folders of their own.")
    }

    @Test func filesWithoutRecordsAreAnError() throws {
        try work.write([], to: "test_batch.bin")
        #expect(message() == "\(work.path) holds CIFAR files without any record.")
    }

    @Test func damagedFilesNeverCrash() throws {
        let good = Self.record([0, 1]) + Self.record([1, 2])
        for length in stride(from: 0, through: good.count, by: 41) {
            try work.write(Array(good[..<length]), to: "train.bin")
            let isWhole = length > 0 && length.isMultiple(of: 3074)
            #expect((message() == nil) == isWhole, "\(length)")
        }
        for position in 0..<2 {
            for value in UInt8.min...UInt8.max {
                var bytes = good
                bytes[position] = value
                try work.write(bytes, to: "train.bin")
                // The coarse label is not used.
                #expect((message() == nil) == (position == 0 || value < 100))
            }
        }
    }
}
