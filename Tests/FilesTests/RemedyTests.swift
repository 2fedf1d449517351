import GraftFiles
import Testing

import class Foundation.FileManager

@Suite struct RemedyTests {
    private func sentence(_ remedy: Remedy) -> String {
        Problem("It", found: "fails", remedy: remedy).description
    }

    @Test func plainAdviceIsASentence() {
        #expect(sentence("Download it again") == "It fails. Download it again.")
        #expect(sentence("Did you mean \("vgg16")?") == "It fails. Did you mean vgg16?")
    }

    @Test func stepsAreWordedAsTheLibraryCallsThem() {
        #expect(
            sentence("Check the disk, or \(.turnOff(.usesCache))")
                == "It fails. Check the disk, or set `usesCache` to false.")
        #expect(sentence("\(.leaveOut(.viewCount))") == "It fails. Leave out `viewCount`.")
        #expect(
            sentence("Train it with \(.value(.precision, "int8"))")
                == "It fails. Train it with `precision` int8.")
        #expect(
            sentence("\(.action(.listNetworks)) lists them") == "It fails. `Architecture.all` lists them.")
        #expect(sentence("Delete it. \(.again)") == "It fails. Delete it. Do the same again.")
        let inner: Remedy = "\(.turnOn(.resumes)) to go on"
        #expect(sentence("\(inner), or wait") == "It fails. Set `resumes` to true to go on, or wait.")
    }

    @Test func othersMayWordTheSteps() {
        let problem = Problem(
            "It", found: "fails", expected: "luck", remedy: "Wait, or \(.leaveOut(.viewCount))")
        #expect(problem.text { _ in "say --please" } == "It fails; expected luck. Wait, or say --please.")
    }

    /// The library speaks of settings and functions; flags and commands are for the command to word.
    @Test func noSentenceOfTheLibraryMentionsAFlagOrACommand() throws {
        // Properties of style sheets begin with two dashes, too.
        for (path, line) in try SourceText.lines()
        where !path.hasPrefix("GraftCommand/") && path != "Reports/PageStyle.swift" {
            let isFlag = line.contains(/(^|[ "`])--[a-z]/)
            let isCommand = line.contains(
                /"[^"]*(`graft |graft (train|predict|models|weights|cache|doctor) |`make )/)
            #expect(!isFlag && !isCommand, "\(path): \(line)")
        }
    }

    @Test func environmentIsReadInOnePlace() throws {
        let readers = try SourceText.lines().filter { $0.line.contains(/ProcessInfo.*environment|getenv\(/) }
        #expect(readers.map(\.path) == ["Files/Environment/GraftEnvironment.swift"])
    }
}

/// The package's own sources.
enum SourceText {
    static let folder =
        #filePath.split(separator: "/").dropLast(3).map { "/\($0)" }.joined() + "/Sources"

    /// All lines that are no comments, with the path of their file.
    static func lines() throws -> [(path: String, line: String)] {
        let paths = try FileManager.default.subpathsOfDirectory(atPath: folder).filter {
            $0.hasSuffix(".swift")
        }
        return try paths.sorted().flatMap { path in
            let text = String(decoding: try FileContents.read("\(folder)/\(path)"), as: UTF8.self)
            return text.split(separator: "\n").map(String.init).filter { !$0.contains(/^\s*\/\//) }
                .map { (path, $0) }
        }
    }
}
