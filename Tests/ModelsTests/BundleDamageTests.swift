import GraftFiles
import GraftModels
import GraftNetworks
import GraftTensors
import Testing

import class Foundation.FileManager

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite struct BundleDamageTests {
    static let parts = ["CHECKSUMS", "bundle.json", "golden.safetensors", "weights.safetensors"]

    let fixture: BundleFixture

    init() throws {
        fixture = try BundleFixture()
        try BundleFixture.model().save(to: fixture.path)
    }

    @Test(arguments: parts)
    func everyFlippedByteIsNoticed(_ name: String) {
        let file = "\(fixture.path)/\(name)"
        let sound = fixture.bytes(file)
        var generator = CounterGenerator(seed: 7, purpose: name)
        let places =
            sound.count < 400
            ? Array(sound.indices) : (0..<300).map { _ in generator.next(below: sound.count) }
        for place in places {
            var bytes = sound
            bytes[place] ^= 1 << UInt8(generator.next(below: 8))
            fixture.write(bytes, to: file)
            #expect(fixture.refusal().hasPrefix(fixture.path + "/"), "byte \(place)")
        }
        fixture.write(sound, to: file)
        #expect(throws: Never.self) { try ModelBundle.load(fixture.path) }
    }

    @Test(arguments: parts)
    func everyCutIsNoticed(_ name: String) {
        let file = "\(fixture.path)/\(name)"
        let sound = fixture.bytes(file)
        var generator = CounterGenerator(seed: 8, purpose: name)
        let counts =
            [0, 1, sound.count / 2, sound.count - 1]
            + (0..<40).map { _ in generator.next(below: sound.count) }
        for count in counts {
            fixture.write(Array(sound[..<count]), to: file)
            #expect(fixture.refusal().hasPrefix(fixture.path + "/"), "\(count) bytes")
        }
        fixture.write(sound + [0], to: file)
        fixture.refusal()
    }

    /// With checksums that fit, so that the readers of the files themselves must stand it.
    @Test(arguments: parts.dropFirst())
    func noReaderCrashesOnDamageThatChecksumsHide(_ name: String) {
        let sound = fixture.bytes("\(fixture.path)/\(name)")
        var generator = CounterGenerator(seed: 9, purpose: name)
        for _ in 0..<600 {
            var bytes = sound
            let isCut = generator.next(below: 4) == 0
            if isCut { bytes.removeLast(generator.next(below: bytes.count)) }
            for _ in 0..<(1 + generator.next(below: 3)) where !bytes.isEmpty {
                // The front has the structure.
                let place = generator.next(below: min(bytes.count, 2000))
                bytes[place] = UInt8(truncatingIfNeeded: generator.next())
            }
            fixture.replace(name, with: bytes)
            // A changed number, or a letter of a name, is a model like any other; only the reader's survival
            // counts.
            do {
                _ = try ModelBundle.load(fixture.path)
            } catch {
                #expect((error as? ModelError)?.code == .damaged || (error as? ModelError)?.code == .newer)
            }
        }
    }

    @Test func flippedByteIsToldInWords() {
        let file = fixture.path + "/weights.safetensors"
        var bytes = fixture.bytes(file)
        let before = SHA256Digest(of: bytes).hexadecimal.prefix(8)
        bytes[bytes.count - 5] ^= 4
        fixture.write(bytes, to: file)
        let after = SHA256Digest(of: bytes).hexadecimal.prefix(8)
        #expect(
            fixture.refusal()
                == "\(file) is damaged: its SHA-256 starts with \(after); expected \(before), as CHECKSUMS has it. "
                + BundleFixture.remedy)
    }

    @Test func damagedChecksumsAreToldInWords() {
        let file = fixture.path + "/CHECKSUMS"
        let text = String(decoding: fixture.bytes(file), as: UTF8.self)
        let lines = text.split(separator: "\n").map { "\($0)\n" }
        for (damaged, found) in [
            (text + "hello\n", "has no SHA-256 and file name in line 4"),
            (text.uppercased(), "has no SHA-256 and file name in line 1"),
            (text + lines[0], "has no SHA-256 and file name in line 4"),
            (lines[0] + lines[1], "does not list weights.safetensors"),
            (lines[1] + lines[0] + lines[2], "is not in order"),
            (String(text.dropLast()), "does not end with a whole line"),
            (
                text + String(repeating: "x", count: 70_000),
                "has \(text.utf8.count + 70_000) bytes; expected at most 65536"
            ),
        ] {
            fixture.write(Array(damaged.utf8), to: file)
            #expect(fixture.refusal() == "\(file) \(found). \(BundleFixture.remedy)")
        }
    }

    @Test(arguments: parts)
    func removedFileIsNamed(_ name: String) throws {
        try FileManager.default.removeItem(atPath: "\(fixture.path)/\(name)")
        if name == "bundle.json" {
            #expect(
                fixture.refusal(.notAModel)
                    == "\(fixture.path) is no Graft model: it has no bundle.json. Give the folder that training made, "
                    + "as in photos.graft.")
        } else {
            #expect(fixture.refusal() == "\(fixture.path)/\(name) is missing. \(BundleFixture.remedy)")
        }
    }

    @Test(arguments: parts)
    func folderOrPipeInPlaceOfAFileIsRefused(_ name: String) throws {
        let file = "\(fixture.path)/\(name)"
        try FileManager.default.removeItem(atPath: file)
        try fixture.makeFolder(file)
        #expect(fixture.refusal() == "\(file) is no file. \(BundleFixture.remedy)")
        try FileManager.default.removeItem(atPath: file)
        #expect(unsafe mkfifo(file, 0o600) == 0)
        #expect(fixture.refusal() == "\(file) is no file. \(BundleFixture.remedy)")
    }

    @Test func whatIsNoModelIsTold() throws {
        #expect(
            fixture.refusal(.missing, fixture.root + "/dogs.graft/")
                == "\(fixture.root)/dogs.graft does not exist. Give the folder that training made, as in photos.graft."
        )
        #expect(
            fixture.refusal(.missing, "")
                == "The path of the model is empty. Give the folder that training made, as in photos.graft.")
        fixture.write([1], to: fixture.root + "/cat.jpg")
        #expect(
            fixture.refusal(.notAModel, fixture.root + "/cat.jpg")
                == "\(fixture.root)/cat.jpg is no Graft model: it is no folder. Give the folder that training made, "
                + "as in photos.graft.")
        #expect(
            fixture.refusal(.notAModel, fixture.root)
                == "\(fixture.root) is no Graft model: it has no bundle.json. Give the folder that training made, "
                + "as in photos.graft.")
    }

    @Test func weightsThatDoNotFitAreTold() throws {
        let other = fixture.root + "/other.graft"
        var model = try BundleFixture.model()
        model.network = try BundleFixture.network(classes: 3)
        model.classes = ["a", "b", "c"]
        model.parameters["top/dense/kernel"] = Tensor(zeros: [3, 4])
        model.parameters["top/dense/bias"] = Tensor(zeros: [3])
        model.golden.outputs = Tensor(zeros: [3, 3])
        try model.save(to: other)
        fixture.replace("weights.safetensors", with: fixture.bytes(other + "/weights.safetensors"))
        #expect(
            fixture.refusal()
                == "\(fixture.path)/weights.safetensors has top/dense/kernel as float32 of shape [3, 4]; expected "
                + "float32 of shape [2, 4]. \(BundleFixture.remedy)")

        try BundleFixture.model().save(to: fixture.path)
        fixture.replace("golden.safetensors", with: fixture.bytes(other + "/golden.safetensors"))
        #expect(
            fixture.refusal()
                == "\(fixture.path)/golden.safetensors has outputs as float32 of shape [3, 3]; expected float32 of "
                + "shape [3, 2]. \(BundleFixture.remedy)")
        fixture.replace("golden.safetensors", with: fixture.bytes(other + "/weights.safetensors"))
        #expect(
            fixture.refusal()
                == "\(fixture.path)/golden.safetensors does not say in which precision its outputs were computed. "
                + BundleFixture.remedy)
        fixture.replace("golden.safetensors", with: Array("PK".utf8))
        #expect(
            fixture.refusal().hasPrefix(
                "\(fixture.path)/golden.safetensors is cut short after 2 bytes; expected "))
    }

    @Test func everyParameterMustBeThereAndNoOther() throws {
        // The names have equal lengths, so that the file's own structure stays sound.
        let file = fixture.path + "/weights.safetensors"
        var bytes = fixture.bytes(file)
        let name = Array("top/dense/bias".utf8)
        let place = try #require(bytes.indices.first { bytes[$0...].starts(with: name) })
        bytes.replaceSubrange(place..<(place + name.count), with: Array("top/dense/bios".utf8))
        fixture.replace("weights.safetensors", with: bytes)
        #expect(
            fixture.refusal()
                == "\(file) has no top/dense/bias; expected float32 of shape [2]. \(BundleFixture.remedy)")

        let sound = try BundleFixture.model()
        try sound.save(to: fixture.path)
        var network = String(decoding: fixture.bytes(fixture.path + "/bundle.json"), as: UTF8.self)
        network = network.replacing(#""hasBias" : true"#, with: #""hasBias" : false"#)
        fixture.replace("bundle.json", with: Array(network.utf8))
        #expect(
            fixture.refusal()
                == "\(file) has top/dense/bias, which no part of the network takes. \(BundleFixture.remedy)")
    }

    @Test func filesOfLaterVersionsAreCheckedWhereTheyAreListed() throws {
        let page = Array("<p>Fine</p>".utf8)
        fixture.write(page, to: fixture.path + "/later.html")
        let text = String(decoding: fixture.bytes(fixture.path + "/CHECKSUMS"), as: UTF8.self)
        var lines = text.split(separator: "\n").map { "\($0)\n" }
        lines.insert("\(SHA256Digest(of: page).hexadecimal)  later.html\n", at: 2)
        fixture.write(Array(lines.joined().utf8), to: fixture.path + "/CHECKSUMS")
        #expect(throws: Never.self) { try ModelBundle.load(fixture.path) }
        fixture.write([1], to: fixture.path + "/later.html")
        #expect(
            fixture.refusal().hasPrefix("\(fixture.path)/later.html is damaged: its SHA-256 starts with "))
    }
}
