import GraftDatasets
import GraftFiles
import GraftImages
import Testing

@Suite struct IDXDatasetTests {
    let work: Workspace

    init() throws { work = try Workspace() }

    static func images(_ count: Int, claimed: Int? = nil) -> [UInt8] {
        [0, 0, 8, 3, 0, 0, 0, UInt8(claimed ?? count), 0, 0, 0, 2, 0, 0, 0, 3]
            + (0..<(6 * count)).map { UInt8($0) }
    }

    static func labels(_ labels: [UInt8]) -> [UInt8] { [0, 0, 8, 1, 0, 0, 0, UInt8(labels.count)] + labels }

    func message(_ path: String, classNames: [String]? = nil) -> String? {
        do { _ = try IDXDataset(path, classNames: classNames) } catch { return "\(error)" }
        return nil
    }

    @Test func picturesAndLabelsOfBothParts() throws {
        try work.write(Self.images(3), to: "train-images-idx3-ubyte")
        try work.write(Self.labels([4, 0, 9]), to: "train-labels-idx1-ubyte")
        try work.write(Self.images(1), to: "t10k-images.idx3-ubyte")
        try work.write(Self.labels([1]), to: "t10k-labels.idx1-ubyte")
        let data = try IDXDataset(work.path)
        #expect(data.classes == (0..<10).map(String.init))
        #expect(data.samples.map(\.label) == [4, 0, 9, 1])
        #expect(data.samples.map(\.part) == [.train, .train, .train, .test])
        #expect(data.samples.map(\.path) == ["train/0", "train/1", "train/2", "t10k/0"])
        let (examination, image) = data.samples[1].examine()
        #expect(image == PixelImage(width: 3, height: 2, grey: [6, 7, 8, 9, 10, 11]))
        #expect(examination.isUsable)
        #expect(data.samples[0].examine().examination.digest == data.samples[3].examine().examination.digest)
        #expect(data.samples[0].examine().examination.digest != examination.digest)
    }

    @Test func fashionIsRecognisedByItsFolder() throws {
        try work.write(Self.images(1), to: "fashion-mnist/train-images-idx3-ubyte")
        try work.write(Self.labels([9]), to: "fashion-mnist/train-labels-idx1-ubyte")
        let data = try IDXDataset(work.path + "/fashion-mnist")
        #expect(data.classes[9] == "Ankle boot")
        #expect(data.samples[0].part == nil)
    }

    @Test func contradictionsAreErrors() throws {
        let images = work.path + "/train-images-idx3-ubyte"
        try work.write(Self.images(2), to: "train-images-idx3-ubyte")
        #expect(
            message(work.path)
                == "\(images) has no labels beside it; expected train-labels-idx1-ubyte. "
                + "Put the file of labels into the same folder.")
        let labels = work.path + "/train-labels-idx1-ubyte"
        try work.write(Self.labels([1]), to: "train-labels-idx1-ubyte")
        #expect(
            message(work.path)
                == "\(labels) has 1 labels; expected 2, the number of pictures in train-images-idx3-ubyte. "
                + "Check that the files belong together.")
        try work.write(Self.labels([1, 7]), to: "train-labels-idx1-ubyte")
        #expect(
            message(work.path, classNames: ["a", "b"])
                == "\(work.path) has labels up to 7; expected labels below 2, one a class name.")
        try work.write(Self.images(2, claimed: 200), to: "train-images-idx3-ubyte")
        #expect(
            message(work.path)
                == "\(images) holds 12 values; expected 1200, as its header says. Copy or download it again.")
        try work.write([0, 0, 8], to: "train-images-idx3-ubyte")
        #expect(message(work.path) == "\(images) is cut short within its header. Copy or download it again.")
        try work.write(Self.labels([1, 2, 3, 4, 5, 6, 7, 8]), to: "train-images-idx3-ubyte")
        #expect(
            message(work.path) == "\(images) is no IDX file of bytes with 3 axes. Copy or download it again.")
        try work.write([0, 0, 8, 3] + [UInt8](repeating: 255, count: 40), to: "train-images-idx3-ubyte")
        #expect(message(work.path)?.contains("claims pictures of 4294967295 x 4294967295 pixels") == true)
    }

    @Test func choicesHaveNoEffectOnIDXFiles() throws {
        try work.write(Self.images(1), to: "train-images-idx3-ubyte")
        try work.write(Self.labels([9]), to: "train-labels-idx1-ubyte")
        let error = #expect(throws: DatasetError.self) {
            try DatasetReader.open(work.path, options: DatasetOptions(object: .first))
        }
        #expect(
            error?.description
                == "The choice of the first object has no effect on \(work.path), which is a folder of IDX files. Leave it out."
        )
    }

    // gzip's form of "abc", made with Python's gzip.compress(b"abc", mtime=0).
    static let abc: [UInt8] = [
        0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 0xff, 0x4b, 0x4c, 0x4a, 6, 0, 0xc2, 0x41, 0x24, 0x35, 3, 0, 0, 0,
    ]

    @Test func gzipIsCheckedAndBounded() throws {
        #expect(try Gzip.decompress(Self.abc, name: "x", limit: 3) == Array("abc".utf8))
        #expect(try Gzip.decompress(Self.abc + Self.abc, name: "x", limit: 9) == Array("abcabc".utf8))
        func sentence(_ bytes: [UInt8], limit: Int = 100) -> String? {
            do { _ = try Gzip.decompress(bytes, name: "x.gz", limit: limit) } catch { return "\(error)" }
            return nil
        }
        #expect(
            sentence(Self.abc, limit: 2)
                == "x.gz decompresses to more than 2 bytes. Check that it is the right file.")
        #expect(sentence(Array(Self.abc.dropLast(3))) == "x.gz is cut short. Copy or download it again.")
        var wrong = Self.abc
        wrong[16] ^= 1
        #expect(sentence(wrong) == "x.gz is damaged. Copy or download it again.")
    }

    @Test(.enabled(if: Place.sharedIsPresent, "../shared is not here"))
    func sharedDigitsAreRead() throws {
        let data = try DatasetReader.open(Place.shared + "mnist_idx")
        #expect(data.samples.count == 10_000)
        #expect(data.samples[..<5].map(\.label) == [7, 2, 1, 0, 4])
        #expect(data.samples.allSatisfy { $0.part == nil })
        #expect(data.inventory == Inventory())
        #expect(data.samples[0].examine().image?.samples.reduce(0) { $0 + Int($1) } == 3 * 18_454)
    }
}
