import ArgumentParser
import GraftArchitectures
import GraftDownloads

extension WeightsCommand {
    /// `graft weights pull`
    struct Pull: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Download published weights and check them.",
            discussion: """
                An interrupted download continues where it stopped. A file that is here is checked, and \
                downloaded again if it is damaged.

                The environment variables GRAFT_MIRROR and GRAFT_OFFLINE=1 do the same as --mirror and \
                --offline.
                """)

        @Argument(help: "The weights, as `graft weights list` names them.")
        var names: [String]

        @Flag(
            name: .customLong("no-top"),
            help: "Download the smaller file, without the published classifier: enough to train your own.")
        var isWithoutTop = false

        @Option(
            help: "A folder or an address with the files under their names, asked instead of the publisher.",
            completion: .directory)
        var mirror: String?

        @Flag(name: .customLong("offline"), help: "Download nothing; say what is missing instead.")
        var isOffline = false

        @OptionGroup var output: OutputOptions

        func validate() throws {
            if names.isEmpty { throw ValidationError("Missing expected argument '<names> ...'") }
            if mirror?.isEmpty == true {
                throw ValidationError("--mirror is empty; it must be a folder or an address.")
            }
        }

        func run() async throws {
            let console = output.console
            try await Interruption.guarding(
                console, remainder: "What has arrived is kept; run the same command to go on."
            ) { try await pull(on: console) }
        }

        private func pull(on console: Console) async throws {
            var store = try WeightsCommand.store()
            if let mirror { store.mirror = mirror }
            if isOffline { store.isOffline = true }
            let all = try names.map { try PretrainedWeights.named($0) }
            let files = try all.map { try store.file(of: $0, withoutTop: isWithoutTop) }
            var hasFailed = false
            for (weights, file) in zip(all, files) {
                let line = PullLine(console, name: weights.name)
                do {
                    try await store.pull(file, of: weights, telling: line.show)
                } catch let error as CancellationError {
                    throw error
                } catch {
                    // The others may be had all the same.
                    console.clear()
                    console.json(Failure(name: weights.name, message: error.forTerminal))
                    Console.complain(error.forTerminal)
                    hasFailed = true
                }
            }
            if hasFailed { throw ExitCode.failure }
        }

        private struct Failure: Encodable {
            var event = "error"
            var name: String
            var message: String
        }
    }
}
