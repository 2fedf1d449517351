import Foundation
import GraftArchitectures
import GraftDownloads
import GraftFiles
import GraftTestServer
import Testing

/// Getting published files here, and telling them from others.
@Suite final class WeightStoreTests: Sendable {
    let folder: String
    let home: GraftHome

    init() throws {
        folder = FileManager.default.temporaryDirectory.path + "/weights-\(UInt64.random(in: 0 ... .max))"
        home = GraftHome(folder + "/home")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// Runs a test with a server that gives every path the same content, and a store that has it as its
    /// mirror.
    private func withMirror(_ content: [UInt8], _ test: (WeightStore, TestServer) throws -> Void) throws {
        let server = try TestServer { .file(content, for: $0) }
        defer { server.stop() }
        try test(WeightStore(home: home, mirror: server.address("files")), server)
    }

    private func sentence(_ work: () throws -> some Any) -> String {
        do { return "no error: \(try work())" } catch {
            return "\(error)".replacingOccurrences(of: folder, with: "FOLDER")
        }
    }

    private var names: [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: home.weights).sorted()) ?? []
    }

    private func change(_ path: String) throws {
        var bytes = Array(try Data(contentsOf: URL(filePath: path)))
        bytes[bytes.count / 2] ^= 1
        try Data(bytes).write(to: URL(filePath: path))
    }

    // MARK: Pulling

    @Test func mirrorIsAskedForThePublishedNameAndAnotherFileIsRefused() throws {
        try withMirror(Array("no weights".utf8)) { store, server in
            let weights = try PretrainedWeights.named("squeezenet1_1.torchvision")
            let failure = sentence { try store.pullBlocking(weights.file, of: weights) }
            let found = SHA256Digest(of: "no weights").hexadecimal.prefix(8)
            #expect(
                failure
                    == "\(server.address("files/squeezenet1_1-b8a52dc0.pth")) gave a file with the SHA-256 "
                    + "\(found)…; expected the SHA-256 b8a52dc0…. "
                    + "It is not the published file; nothing of it was kept.")
            #expect(server.requests.map(\.path) == ["/files/squeezenet1_1-b8a52dc0.pth"])
            #expect(names.isEmpty)
        }
    }

    @Test func publishedSizeIsCheckedBeforeTheFileArrives() throws {
        try withMirror(Array("no weights".utf8)) { store, server in
            let weights = try PretrainedWeights.named("vgg16.keras")
            let failure = sentence { try store.pullBlocking(weights.file, of: weights) }
            #expect(failure.contains(" gave a file of 10 bytes; expected 553467096 bytes."), "\(failure)")
        }
    }

    @Test func fileWithoutPublishedChecksumIsNotedAndDamageIsFound() throws {
        let content = try FetchedWeightsTests.kerasFile()
        let pulled = DownloadOutcome.downloaded(bytes: content.count, resumedFrom: 0)
        try withMirror(content) { store, server in
            let weights = try PretrainedWeights.named("mobilenet_v2_050.keras")
            let path = store.path(of: weights.file)
            #expect(try store.pullBlocking(weights.file, of: weights) == pulled)
            #expect(names == [weights.fileName, weights.fileName + ".sha256"])
            let note = try String(contentsOfFile: path + ".sha256", encoding: .utf8)
            #expect(note == "\(SHA256Digest(of: content))  \(weights.fileName)\n")
            #expect(try store.check(weights.file, of: weights).status == .unchanged)
            #expect(try store.pullBlocking(weights.file, of: weights) == .alreadyThere)
            try change(path)
            let check = try store.check(weights.file, of: weights)
            #expect(check.status == .wrong)
            #expect(check.problem?.expected?.hasSuffix("as it had when it arrived") == true)
            #expect(throws: CatalogueError.self) { try weights.open(in: home) }
            // Pulling repairs.
            #expect(try store.pullBlocking(weights.file, of: weights) == pulled)
            #expect(try store.check(weights.file, of: weights).status == .unchanged)
        }
    }

    @Test func mirrorMayBeAFolder() throws {
        let content = Array("a folder's".utf8)
        let file = PublishedFile("own.bin", size: .exact(10), checksum: .sha256(SHA256Digest(of: content)))
        let weights = try PretrainedWeights.named("vgg16.keras")
        try Data(content).write(to: URL(filePath: folder + "/own.bin"))
        for mirror in [folder, folder + "/", "file://" + folder] {
            try? FileManager.default.removeItem(atPath: home.weights)
            let store = WeightStore(home: home, mirror: mirror, isOffline: true)
            #expect(try store.pullBlocking(file, of: weights) == .downloaded(bytes: 10, resumedFrom: 0))
            #expect(try store.check(file, of: weights).status == .right)
        }
    }

    @Test func offlineSaysWhichFileToBringWhere() throws {
        let store = WeightStore(home: home, isOffline: true)
        let vgg = try PretrainedWeights.named("vgg19.keras")
        #expect(
            sentence { try store.pullBlocking(vgg.file, of: vgg) }
                == "vgg19.keras is not here, and Graft is told to stay offline; expected the file as "
                + "FOLDER/home/weights/vgg19_weights_tf_dim_ordering_tf_kernels.h5. Fetch "
                + "https://storage.googleapis.com/tensorflow/keras-applications/vgg19/vgg19_weights_tf_dim_ordering_tf_kernels.h5 "
                + "on another machine, bring it, and run "
                + "`Architecture.importWeights(from: \"vgg19_weights_tf_dim_ordering_tf_kernels.h5\")`.")
        let mobileNet = try PretrainedWeights.named("mobilenet_v1_025.keras")
        #expect(
            sentence { try store.pullBlocking(mobileNet.file, of: mobileNet) }
                .hasSuffix(
                    "`Architecture.importWeights(from: \"mobilenet_2_5_224_tf.h5\")` of mobilenet_v1_025.keras."
                ))
        try withMirror([]) { store, server in
            var store = store
            store.isOffline = true
            #expect(throws: CatalogueError.self) { try store.pullBlocking(vgg.file, of: vgg) }
            #expect(server.requests.isEmpty)
        }
    }

    @Test func weightsWithoutAddressSayHowToGetThem() throws {
        let store = WeightStore(home: home)
        let converted = try PretrainedWeights.named("googlenet.bvlc")
        #expect(
            sentence { try store.pullBlocking(converted.file, of: converted) }
                .hasPrefix(
                    "googlenet.bvlc has no address that Graft can fetch googlenet_bvlc.safetensors from; "
                        + "expected the file as FOLDER/home/weights/googlenet_bvlc.safetensors. "))
        let vgg = try PretrainedWeights.named("vgg11")
        #expect(throws: CatalogueError.self) { try store.file(of: vgg, withoutTop: true) }
    }

    @Test func environmentDescribesAStore() throws {
        let store = try WeightStore(
            environment: GraftEnvironment([
                "GRAFT_HOME": "/there", "GRAFT_MIRROR": "http://mirror", "GRAFT_OFFLINE": "1",
            ]))
        #expect(store.home.path == "/there" && store.mirror == "http://mirror" && store.isOffline)
        let plain = try WeightStore(
            environment: GraftEnvironment(["GRAFT_MIRROR": "", "GRAFT_OFFLINE": "0"]))
        #expect(plain.mirror == nil && !plain.isOffline)
        #expect(
            sentence { try WeightStore(environment: GraftEnvironment(["GRAFT_OFFLINE": "yes"])) }
                == "GRAFT_OFFLINE is \"yes\"; expected 0 or 1.")
    }

    // MARK: Importing

    @Test func unknownFileIsRefused() throws {
        let store = WeightStore(home: home)
        let path = folder + "/mine.h5"
        try Data("mine".utf8).write(to: URL(filePath: path))
        let digits = SHA256Digest(of: "mine").hexadecimal.prefix(12)
        #expect(
            sentence { try store.importFile(path) }
                == "FOLDER/mine.h5 is none of the published files: it has the SHA-256 \(digits)…. "
                + "Download it again; weights of your own need no import.")
        #expect(
            sentence { try store.importFile(path, as: "resnet18") }
                == "FOLDER/mine.h5 is not resnet18.torchvision: it has 4 bytes and the SHA-256 \(digits)…; "
                + "expected resnet18-f37072fd.pth with the SHA-256 f37072fd…. Download it again.")
        #expect(throws: FileError.self) { try store.importFile(folder + "/none") }
        #expect(names.isEmpty)
    }

    @Test func fileWithoutPublishedChecksumIsImportedByNameOnly() throws {
        let store = WeightStore(home: home)
        let path = folder + "/mobilenet_2_5_224_tf.h5"
        try Data([0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A] + [UInt8](repeating: 7, count: 100)).write(
            to: URL(filePath: path))
        #expect(
            sentence { try store.importFile(path) }.hasSuffix(
                "Its publisher gives no checksum: if you trust it, add `as` mobilenet_v1_025.keras.")
        )
        #expect(throws: CatalogueError.self) { try store.importFile(path, as: "mobilenet_v1_050.keras") }
        let result = try store.importFile(path, as: "mobilenet_v1_025.keras")
        #expect(!result.isVerified && result.file.name == "mobilenet_2_5_224_tf.h5")
        #expect(try store.check(result.file, of: result.weights).status == .unchanged)
        // A page under the right name is not taken.
        try Data("<html>".utf8).write(to: URL(filePath: path))
        #expect(throws: CatalogueError.self) { try store.importFile(path, as: "mobilenet_v1_025.keras") }
    }

    static let squeezeNet =
        URL(filePath: #filePath).deletingLastPathComponent().path
        + "/../../../shared/weights/squeezenet_weights_tf_dim_ordering_tf_kernels_notop.h5"

    @Test(.enabled(if: FileManager.default.fileExists(atPath: squeezeNet), "../shared is not here"))
    func publishedFileIsRecognisedWhateverItsName() throws {
        let store = WeightStore(home: home)
        let path = folder + "/renamed"
        try FileManager.default.copyItem(atPath: Self.squeezeNet, toPath: path)
        let result = try store.importFile(path)
        #expect(result.weights.name == "squeezenet1_1.keras" && result.isVerified)
        #expect(names == ["squeezenet_weights_tf_dim_ordering_tf_kernels_notop.h5"])
        #expect(try store.check(result.file, of: result.weights).status == .right)
        #expect(try result.weights.open(in: home, includeTop: false).count == 3_032_184)
        #expect(throws: CatalogueError.self) { try result.weights.open(in: home) }
        try change(result.path)
        var checks: [WeightCheck] = []
        try store.checkAll { checks.append($0) }
        #expect(checks.map(\.status) == [.wrong])
    }
}
