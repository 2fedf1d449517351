import Foundation
import GraftFiles
import Testing

/// Runs the built `graft` as a person would, in a folder that goes with it.
final class GraftProcess {
    /// How it ended and what it wrote.
    struct Outcome {
        var code: Int32
        var output: String
        var errors: String

        /// The lines of standard output as JSON objects.
        func objects() throws -> [[String: Any]] {
            try output.split(separator: "\n").compactMap {
                try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
            }
        }
    }

    /// The binary, built beside this test's.
    static let binary = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
        .appending(path: "graft").path

    /// A folder of this test's own, with a home for Graft in it.
    let folder: String

    init() throws {
        folder =
            FileManager.default.temporaryDirectory.path + "/graft-command-\(UInt64.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(
            atPath: folder + "/home/weights", withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// The default weights on this machine.
    static let weights = GraftHome.current.weights + "/efficientnet-lite0-57934424.pth"
    static let hasWeights = FileManager.default.fileExists(atPath: weights)
    static let missingWeights: Comment = "the default weights are not here: run make setup"

    /// Puts the default weights into the test's home.
    func linkWeights() throws {
        try FileManager.default.createSymbolicLink(
            atPath: folder + "/home/weights/efficientnet-lite0-57934424.pth",
            withDestinationPath: Self.weights)
    }

    /// What is in the test's folder beside what the test itself put there.
    func names(in path: String = "") throws -> [String] {
        let own = ["home", "errors.txt", "output.txt", "input.txt"]
        return try FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(path)").filter {
            !own.contains($0)
        }.sorted()
    }

    /// Starts `graft` with these arguments in the test's folder, and gives it `input`.
    func start(_ arguments: [String], input: String = "", environment: [String: String] = [:]) throws
        -> Process
    {
        let process = Process()
        process.executableURL = URL(filePath: GraftProcess.binary)
        process.arguments = arguments
        process.currentDirectoryURL = URL(filePath: folder)
        // No test uses the network: weights come from a mirror of the test's own or not at all.
        let hasMirror = environment["GRAFT_MIRROR"] != nil || arguments.contains("--mirror")
        process.environment = ProcessInfo.processInfo.environment.merging([
            "GRAFT_HOME": folder + "/home", "GRAFT_OFFLINE": hasMirror ? "0" : "1",
        ]) { $1 }.merging(environment) { $1 }
        for (name, channel) in [("output", 1), ("errors", 2)] {
            let path = "\(folder)/\(name).txt"
            _ = FileManager.default.createFile(atPath: path, contents: nil)
            let handle = FileHandle(forWritingAtPath: path)
            if channel == 1 { process.standardOutput = handle } else { process.standardError = handle }
        }
        let inputPath = "\(folder)/input.txt"
        _ = FileManager.default.createFile(atPath: inputPath, contents: Data(input.utf8))
        process.standardInput = FileHandle(forReadingAtPath: inputPath)
        try process.run()
        return process
    }

    /// Waits for the end of a process that was started last.
    func finish(_ process: Process) -> Outcome {
        process.waitUntilExit()
        func read(_ name: String) -> String {
            String(
                decoding: FileManager.default.contents(atPath: "\(folder)/\(name).txt") ?? Data(),
                as: UTF8.self)
        }
        return Outcome(code: process.terminationStatus, output: read("output"), errors: read("errors"))
    }

    /// Runs `graft` to its end.
    func run(_ arguments: String..., input: String = "", environment: [String: String] = [:]) throws
        -> Outcome
    {
        finish(try start(arguments, input: input, environment: environment))
    }

    /// Runs `graft`, and interrupts it once so many bytes of a file of weights have arrived in the test's home.
    func interrupted(
        _ arguments: [String], environment: [String: String] = [:], whenBytesOf part: String, reach count: Int
    ) throws -> Outcome {
        let process = try start(arguments, environment: environment)
        while process.isRunning, try (FileStatus.of(part)?.byteCount ?? 0) < count { usleep(5000) }
        kill(process.processIdentifier, SIGINT)
        return finish(process)
    }
}
