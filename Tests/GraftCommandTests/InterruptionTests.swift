import Foundation
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What Ctrl-C, kill and a full disk leave behind.
@Suite(.enabled(if: GraftProcess.hasWeights, GraftProcess.missingWeights))
struct InterruptionTests {
    let graft: GraftProcess

    init() throws {
        graft = try GraftProcess()
        try graft.linkWeights()
    }

    /// Starts a training of many pictures and waits until it has told of features twice.
    private func startedTraining(_ arguments: String...) throws -> Process {
        try Pictures.makeClasses(["blue", "red"], count: 1200, in: graft.folder + "/photos")
        let process = try graft.start(
            ["train", "photos", "--recipe", "features", "--json", "--threads", "1"] + arguments)
        let path = graft.folder + "/output.txt"
        while process.isRunning {
            let text = String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
            if text.contains("\"event\":\"features\"") { break }
            usleep(20_000)
        }
        return process
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func interruptedTrainingKeepsItsFeaturesAndSavesNoModel(signal: Int32) throws {
        let process = try startedTraining()
        kill(process.processIdentifier, signal)
        let outcome = graft.finish(process)
        #expect(outcome.code == 130)
        #expect(outcome.errors.contains("Interrupted. What was computed so far is kept"))
        #expect(try outcome.objects().last?["event"] as? String == "interrupted")
        #expect(try graft.names() == ["photos"])
        let again = try graft.run("train", "photos", "--recipe", "features", "--json", "--epochs", "1")
        #expect(again.code == 0, "\(again.errors)")
        let features = try again.objects().last { $0["event"] as? String == "features" }
        let cached = try #require(features?["cached"] as? Int)
        #expect(cached > 0 && cached < 2400, "\(cached) cached")
    }

    @Test func interruptedTrainingWithoutCacheDoesNotSayThatAnythingIsKept() throws {
        let process = try startedTraining("--no-cache")
        kill(process.processIdentifier, SIGINT)
        let outcome = graft.finish(process)
        #expect(outcome.code == 130)
        #expect(outcome.errors.hasSuffix("graft: Interrupted.\n"), "\(outcome.errors)")
    }

    @Test func killedTrainingLeavesNothingThatHinders() throws {
        let process = try startedTraining()
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        #expect(try graft.names() == ["photos"])
        let again = try graft.run("train", "photos", "--recipe", "features", "--json", "--epochs", "1")
        #expect(again.code == 0, "\(again.errors)")
        #expect(try graft.names() == ["photos", "photos.graft"])
        #expect(try graft.run("verify", "photos.graft").code == 0)
    }

    // MARK: Full and read-only disks

    /// Runs a command of the system; whether it succeeded.
    static func system(_ arguments: String...) -> Bool {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    /// Whether this user may mount file systems.
    static let canMount: Bool = {
        let folder = FileManager.default.temporaryDirectory.path + "/graft-mount-\(getpid())"
        guard
            (try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true))
                != nil,
            system("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder)
        else { return false }
        return system("umount", folder)
    }()

    @Test(.enabled(if: canMount, "this user may not mount a small disk"))
    func fullDiskIsToldAndTheOldModelStays() throws {
        try Pictures.makeClasses(["blue", "red"], count: 6, in: graft.folder + "/photos")
        let disk = graft.folder + "/disk"
        try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
        try #require(Self.system("mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", disk))
        defer { _ = Self.system("umount", disk) }
        // There is room for one model, not for a second one beside it.
        #expect(try graft.run("train", "photos", "--recipe", "features", "-o", "disk/m.graft").code == 0)
        let before = try Data(contentsOf: URL(filePath: disk + "/m.graft/CHECKSUMS"))
        let outcome = try graft.run(
            "train", "photos", "--recipe", "features", "-o", "disk/m.graft", "--seed", "5")
        #expect(outcome.code == 1)
        #expect(outcome.errors.contains("no space left on the device"), "\(outcome.errors)")
        #expect(try Data(contentsOf: URL(filePath: disk + "/m.graft/CHECKSUMS")) == before)
        // What was trained is not lost: it can be gone on from where there is room.
        #expect(try graft.names(in: "disk") == ["m.graft", "m.graft.checkpoint"])
        #expect(try graft.run("verify", "disk/m.graft").code == 0)
    }

    @Test(.enabled(if: canMount, "this user may not mount a small disk"))
    func fullCacheIsToldAndTrainingGoesOn() throws {
        try Pictures.makeClasses(["blue", "red"], count: 120, in: graft.folder + "/photos")
        let disk = graft.folder + "/home/features"
        try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
        try #require(Self.system("mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", disk))
        defer { _ = Self.system("umount", disk) }
        let outcome = try graft.run("train", "photos", "--recipe", "features", "--epochs", "1")
        #expect(outcome.code == 0, "\(outcome.errors)")
        let words = outcome.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(words.contains("features are not cached for the rest of this run"), "\(outcome.output)")
    }

    @Test(.enabled(if: canMount, "this user may not mount a read-only disk"))
    func readOnlyFolderIsToldBeforeAnyWork() throws {
        try Pictures.makeClasses(["blue", "red"], count: 4, in: graft.folder + "/photos")
        let disk = graft.folder + "/disk"
        try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
        try #require(Self.system("mount", "-t", "tmpfs", "-o", "ro,size=1m", "tmpfs", disk))
        defer { _ = Self.system("umount", disk) }
        let outcome = try graft.run("train", "photos", "--recipe", "features", "-o", "disk/m.graft")
        #expect(outcome.code == 1)
        #expect(outcome.errors.contains("read-only"), "\(outcome.errors)")
        #expect(!outcome.output.contains("features"))
    }
}
