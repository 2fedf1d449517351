import ArgumentParser
import GraftArchitectures
import GraftFiles

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// `graft weights`
struct WeightsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "weights", abstract: "List, download and check published weights.",
        discussion: """
            Weights are files in $GRAFT_HOME/weights (default ~/.cache/graft/weights), under the names that \
            their publishers gave them.
            """,
        subcommands: [
            List.self, Pull.self, Verify.self, Import.self, Path.self, Inspect.self,
        ],
        defaultSubcommand: List.self)

    /// The store of this process's environment.
    static func store() throws -> WeightStore {
        try WeightStore(environment: .current)
    }

    /// `graft weights list`
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the published weights that Graft knows, and which are here.")

        @OptionGroup var output: OutputOptions

        func run() async throws {
            let console = output.console
            try await Interruption.guarding(console) { try show(on: console) }
        }

        private func show(on console: Console) throws {
            let home = try WeightsCommand.store().home
            let rows = PretrainedWeights.all.map { Row($0, home: home) }
            for row in rows { console.json(row) }
            if console.isJSON { return }
            console.write("weights                   size      input  top-1  licence                 here")
            for row in rows {
                console.write(
                    row.name.padded(to: 26) + (row.files[0].size?.bytes ?? "?").padded(to: 10)
                        + "\(row.inputSize)".padded(to: 7) + (row.publishedTop1?.share ?? "-").padded(to: 7)
                        + row.licence.padded(to: 24) + row.words)
            }
            console.write("")
            console.write("Here: in \(home.weights). Get others with `graft weights pull NAME`.")
        }
    }

    /// `graft weights verify`
    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check that the weights that are here are the published ones.")

        @Argument(help: "The weights to check. (default: all that are here)")
        var names: [String] = []

        @OptionGroup var output: OutputOptions

        func run() async throws {
            let console = output.console
            try await Interruption.guarding(console) { try verify(on: console) }
        }

        private func verify(on console: Console) throws {
            let store = try WeightsCommand.store()
            var checks: [WeightCheck] = []
            func tell(_ check: WeightCheck) {
                checks.append(check)
                console.json(CheckRow(check))
                console.line(check.words, "\(check.weights), \(check.file)")
                if let problem = check.problem { Console.complain(problem.forTerminal) }
            }
            for name in names {
                let weights = try PretrainedWeights.named(name)
                let here = weights.files.filter { $0.isPresent(in: store.home) }
                for file in here.isEmpty ? [weights.file] : here { tell(try store.check(file, of: weights)) }
            }
            if names.isEmpty { try store.checkAll(tell) }
            if checks.isEmpty { console.write("No published weights are in \(store.home.weights).") }
            if checks.contains(where: { $0.problem != nil }) { throw ExitCode.failure }
        }
    }

    /// `graft weights import`
    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Copy a published file that you have to where Graft looks for it.",
            discussion: """
                The file is recognised by its checksum, whatever its name. Weights that you trained or \
                converted yourself are not published files and need no import.
                """)

        @Argument(help: "The file.", completion: .file())
        var file: String

        @Option(
            name: .customLong("as"),
            help: "The weights that the file holds; needed if their publisher gives no checksum.")
        var name: String?

        @OptionGroup var output: OutputOptions

        func run() async throws {
            let console = output.console
            try await Interruption.guarding(console) {
                let result = try WeightsCommand.store().importFile(file, as: name)
                console.json(ImportRow(result))
                console.line("imported", "\(result.weights.name), \(result.path)")
                if !result.isVerified {
                    console.line(
                        "warning",
                        "Its publisher gives no checksum: that it is the published file is your word.")
                }
            }
        }
    }

    /// `graft weights path`
    struct Path: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print where the file of some weights is; the exit code is 1 if it is not there.")

        @Argument(help: "The weights.")
        var name: String

        @Flag(name: .customLong("no-top"), help: "The smaller file, without the published classifier.")
        var isWithoutTop = false

        @OptionGroup var output: OutputOptions

        func run() async throws {
            let console = output.console
            try await Interruption.guarding(console) {
                let store = try WeightsCommand.store()
                let weights = try PretrainedWeights.named(name)
                let file = try store.file(of: weights, withoutTop: isWithoutTop)
                let isHere = file.isPresent(in: store.home)
                console.json(PathRow(name: weights.name, path: store.path(of: file), isHere: isHere))
                if !console.isJSON { console.write(store.path(of: file)) }
                if !isHere {
                    Console.complain("\(weights.name) is not here. Run `graft weights pull \(weights.name)`.")
                    throw ExitCode.failure
                }
            }
        }
    }
}

extension WeightsCommand {
    fileprivate struct Row: Encodable {
        struct File: Encodable {
            var name: String
            var addresses: [String]
            /// The address of the package that it comes in.
            var package: String?
            var size: Int?
            var isSizeExact: Bool
            var checksum: String?
            var isHere: Bool
        }
        var name: String
        var publisher: String
        var licence: String
        var inputSize: Int
        var publishedTop1: Double?
        var publishedTop5: Double?
        /// The file with the top, and the one without it where there is one.
        var files: [File]

        init(_ weights: PretrainedWeights, home: GraftHome) {
            name = weights.name
            publisher = weights.publisher
            licence = weights.licence
            inputSize = weights.inputSize
            publishedTop1 = weights.publishedTop1
            publishedTop5 = weights.publishedTop5
            files = weights.files.map { file in
                File(
                    name: file.name, addresses: file.addresses, package: file.package?.address,
                    size: file.size?.bytes,
                    isSizeExact: file.exactSize != nil, checksum: file.checksum?.description,
                    isHere: file.isPresent(in: home))
            }
        }

        /// Which of the files are here.
        var words: String {
            switch (files[0].isHere, files.count > 1 && files[1].isHere) {
            case (false, false): "-"
            case (false, true): "no top"
            default: "yes"
            }
        }
    }

    fileprivate struct CheckRow: Encodable {
        var name: String
        var file: String
        var path: String
        var status: WeightCheck.Status
        var problem: String?

        init(_ check: WeightCheck) {
            name = check.weights
            file = check.file
            path = check.path
            status = check.status
            problem = check.problem?.forTerminal
        }
    }

    fileprivate struct ImportRow: Encodable {
        var name: String
        var file: String
        var path: String
        var isVerified: Bool

        init(_ result: WeightStore.Import) {
            name = result.weights.name
            file = result.file.name
            path = result.path
            isVerified = result.isVerified
        }
    }

    fileprivate struct PathRow: Encodable {
        var name: String
        var path: String
        var isHere: Bool
    }
}

extension WeightCheck {
    /// The status in a word or two.
    fileprivate var words: String {
        switch status {
        case .right: "right"
        case .unchanged: "unchanged"
        case .unknown: "unchecked"
        case .wrong: "WRONG"
        case .missing: "not here"
        }
    }
}
