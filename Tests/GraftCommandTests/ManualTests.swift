import Foundation
import Testing

/// What `make install` puts beside the command: made from what the command says of itself.
@Suite struct ManualTests {
    let graft: GraftProcess
    private let share: String

    init() throws {
        graft = try GraftProcess()
        share = graft.folder + "/share"
        let script = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../scripts/share.sh").standardizedFileURL
        let process = try Process.run(script, arguments: [GraftProcess.binary, share])
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
    }

    private func text(_ path: String) throws -> String {
        try String(contentsOfFile: "\(share)/\(path)", encoding: .utf8)
    }

    @Test func manualPageHasEveryCommandAndOption() throws {
        let page = try text("man/man1/graft.1")
        for command in ["train", "find-rate", "weights pull", "cache clear", "verify"] {
            let name = "graft \(command)".replacing("-", with: "\\-")
            #expect(page.contains(".SS \"\(name)\"\n"), "\(name)")
            let help = graft.finish(
                try graft.start(command.split(separator: " ").map(String.init) + ["--help"]))
            for option in help.output.matches(of: /\n  (?:-o, )?(--[a-z-]+)/).map(\.output.1) {
                #expect(page.contains(option.replacing("-", with: "\\-")), "\(command) \(option)")
            }
        }
    }

    @Test func noLineOfTheManualPageIsTakenForARequest() throws {
        let requests = [
            "TH", "SH", "SS", "PP", "TP", "RS", "RE", "B", "ad", "nh", "nf", "fi",
        ]
        for line in try text("man/man1/graft.1").split(separator: "\n") where ".'".contains(line.first ?? " ")
        {
            let name = line.dropFirst().prefix { $0 != " " }
            #expect(requests.contains(String(name)), "\(line)")
        }
    }

    @Test func pathsAreCompletedInEveryShell() throws {
        #expect(try text("zsh/site-functions/_graft").contains("':data:_files'"))
        #expect(
            try text("bash-completion/completions/graft").contains("complete -o filenames -F _graft graft"))
        #expect(try text("fish/vendor_completions.d/graft.fish").contains("complete -c 'graft'"))
    }
}
