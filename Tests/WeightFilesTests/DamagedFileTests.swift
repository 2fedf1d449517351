import GraftFiles
import GraftTensors
import GraftWeightFiles
import Testing

@Suite struct DamagedFileTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    static let names = [
        "types_zip.pth", "types_legacy.pth", "types_deflated.pth", "types.safetensors", "views_legacy.pth",
        "checkpoint_legacy.pth", "checkpoint_zip.pth", "protocol4_legacy.pth", "published.h5",
        "small_old_plain.h5", "small_old_chunks.h5", "small_new_plain.h5", "small_new_compact.h5",
        "small_old_keras3.weights.h5", "published_latest.h5", "types.h5", "whole.h5",
        "plain_keras3.weights.h5", "plain_keras3.keras",
        "dictionary.npy", "protocol2.npy", "protocol5.npy", "types.npy",
    ]

    @Test(arguments: names)
    func fileCutAnywhereIsAnError(name: String) throws {
        let whole = try Fixture.bytes(name)
        // At each byte of small files; of large ones, which hold much of the same, at every eleventh and near
        // the end.
        let lengths =
            whole.count < 16_000
            ? Array(0..<whole.count)
            : Array(stride(from: 0, to: whole.count, by: 11)) + ((whole.count - 1_000)..<whole.count)
        for length in lengths {
            #expect(throws: WeightFileError.self, "cut after \(length) bytes") {
                try folder.read(Array(whole[..<length]))
            }
        }
        _ = try folder.read(whole)
    }

    @Test(arguments: names)
    func flippedByteIsAnErrorOrStillAFile(name: String) throws {
        let whole = try Fixture.bytes(name)
        var generator = CounterGenerator(seed: 2, purpose: name)
        var tally = Tally()
        for _ in 0..<2_000 {
            var bytes = whole
            bytes[generator.next(below: bytes.count)] ^= UInt8(1 + generator.next(below: 255))
            tally.add(outcome(of: bytes))
        }
        // A reader that took everything, or refused everything, would not look at the bytes. A zip archive
        // has a checksum for each of its entries; elsewhere most bytes are numbers, and one is as good as
        // another.
        #expect(tally.refused > 10, "\(tally)")
        #expect(tally.read > 10, "\(tally)")
    }

    /// How many files were read, and how many refused.
    struct Tally {
        var read = 0
        var refused = 0

        mutating func add(_ isRead: Bool) { if isRead { read += 1 } else { refused += 1 } }
    }

    /// Whether a file with these bytes is read. It is refused in a sentence about that file, and never takes
    /// more memory than a file of its size may.
    private func outcome(of bytes: [UInt8]) -> Bool {
        do {
            // All of it is used, so that a tensor outside of the file would be noticed.
            let floats = try folder.read(bytes).entries.reduce(0) { $0 + $1.tensor.floats.count }
            // A file's views may share bytes, and bytes become floats of four.
            #expect(floats <= 4 * (bytes.count * 16 + 64 << 20), "\(floats) numbers")
            return true
        } catch let error as WeightFileError {
            #expect(error.problem.subject.hasPrefix(folder.path), "\(error)")
            #expect(!error.problem.found.isEmpty && !error.description.contains("\n"), "\(error)")
            return false
        } catch {
            Issue.record("\(error) is no error of weight files")
            return false
        }
    }

    @Test(arguments: [
        "small_old_plain.h5", "small_old_chunks.h5", "small_new_plain.h5", "small_new_chunks.h5",
        "small_old_keras3.weights.h5", "dictionary.npy",
    ])
    func eachByteMayBeAnythingTelling(name: String) throws {
        let whole = try Fixture.bytes(name)
        var tally = Tally()
        for place in whole.indices {
            let byte = whole[place]
            var values = Set((0..<8).map { byte ^ 1 << $0 })
            values.formUnion([0, 1, 0x7f, 0x80, 0xfe, 0xff, byte &+ 1, byte &- 1])
            for value in values.subtracting([byte]).sorted() {
                var bytes = whole
                bytes[place] = value
                tally.add(outcome(of: bytes))
            }
        }
        #expect(tally.refused > whole.count && tally.read > whole.count, "\(tally)")
    }

    @Test func flippedByteInAStorageOfAZipIsNoticed() throws {
        var bytes = try Fixture.bytes("types_zip.pth")
        // The doubles of the first storage, -1 and -0.5.
        let pattern: [UInt8] = [0, 0, 0, 0, 0, 0, 0xf0, 0xbf, 0, 0, 0, 0, 0, 0, 0xe0, 0xbf]
        let place = try #require(bytes.indices.first { bytes[$0...].starts(with: pattern) })
        bytes[place] ^= 1
        #expect(
            folder.complaint(bytes)
                == "model.pth: types_zip/data/0 has another checksum than when it was written."
                + " The file is damaged: download it again, or write it again.")
    }

    @Test func unreadableFileIsAFileError() {
        let error = #expect(throws: FileError.self) { try WeightFile.read(folder.path + "/missing.pth") }
        #expect(error?.code == .missing)
    }
}

@Suite struct DamagedZipTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    static let damage = " The file is damaged: download it again, or write it again."

    /// A pickle of a state dict with one tensor "a" of two elements.
    var pickle: [UInt8] {
        var pickle = PickleBytes()
        pickle.put("}")
        pickle.text("a")
        pickle.tensor(count: 2, sizes: [2], strides: [1], view: false)
        pickle.put("s.")
        return pickle.bytes
    }

    @Test func archiveMadeByHandIsRead() throws {
        let zip = ZipBytes([("m/data.pkl", pickle), ("m/data/0", [0, 0, 0, 0x40, 0, 0, 0x40, 0x40])])
        #expect(try folder.read(zip.stored())["a"]?.floats == [2, 3])
    }

    @Test func missingStorageIsNamed() {
        #expect(
            folder.complaint(ZipBytes([("m/data.pkl", pickle)]).stored())
                == "model.pth has no entry m/data/0, which a is a view of." + Self.damage)
    }

    @Test func storageOfAnotherSizeIsNamed() {
        #expect(
            folder.complaint(ZipBytes([("m/data.pkl", pickle), ("m/data/0", [1, 2, 3])]).stored())
                == "model.pth: m/data/0 has 3 bytes; expected 8 as its tensors say." + Self.damage)
    }

    @Test func archiveOfSomethingElseIsSaidToBeOne() {
        #expect(
            folder.complaint(ZipBytes([("config.json", [])]).stored())
                == "model.pth is a zip archive without a data.pkl; expected a weight file of Keras, PyTorch or"
                + " NumPy, or safetensors. Save the weights in one of these formats.")
    }

    @Test func torchScriptIsRefused() {
        #expect(
            folder.complaint(ZipBytes([("m/data.pkl", pickle), ("m/constants.pkl", [])]).stored())
                == "model.pth is a TorchScript program; expected weights alone."
                + " Load it with PyTorch and save its state_dict().")
    }

    @Test func zipBombIsRefusedBeforeItIsUnpacked() {
        let zip = ZipBytes([("m/data.pkl", pickle)]).stored(claimed: ["m/data.pkl": 4_000_000_000])
        #expect(
            folder.complaint(zip)
                == "model.pth: m/data.pkl would take 4000000000 bytes of memory; expected at most"
                + " \(zip.count * 16 + 67_108_864) for all of a file of its size."
                + " Use the file only if you know who made it and why.")
    }

    @Test func entryThatDoesNotUnpackIsNamed() throws {
        let zip = ZipBytes([("m/data.pkl", pickle)]).stored(claimed: ["m/data.pkl": 500])
        #expect(try #require(folder.complaint(zip)).hasPrefix("model.pth: m/data.pkl cannot be unpacked: "))
    }

    @Test func entryOfOneNameTwiceIsRefused() {
        let zip = ZipBytes([("m/data.pkl", pickle), ("m/data/0", []), ("m/data/0", [])])
        #expect(
            folder.complaint(zip.stored()) == "model.pth has two zip entries named m/data/0." + Self.damage)
    }
}
