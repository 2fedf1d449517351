import ArgumentParser
import GraftModels

/// `graft cache`
struct CacheCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cache", abstract: "List or clear cached features.",
        discussion: """
            The features of a frozen network are computed once per picture and cached in \
            $GRAFT_HOME/features, up to $GRAFT_CACHE_LIMIT (default 10GB). Those used longest ago are \
            deleted first.
            """,
        subcommands: [List.self, Clear.self], defaultSubcommand: List.self)

    /// `graft cache list`
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List what is cached, the latest used first.")

        @OptionGroup var output: OutputOptions

        func run() async throws {
            let console = output.console
            try await Interruption.guarding(console) { try show(on: console) }
        }

        private func show(on console: Console) throws {
            let entries = try CachedFeatures.list()
            for entry in entries { console.json(entry) }
            if console.isJSON { return }
            for entry in entries {
                console.write(
                    entry.key.prefix(8) + "  " + entry.title.padded(to: 34)
                        + entry.pictures.counted("picture").aligned(to: 18)
                        + entry.bytes.bytes.aligned(to: 10))
            }
            let total = entries.reduce(0) { $0 + $1.bytes }
            console.write(
                entries.isEmpty
                    ? "No features are kept in \(CachedFeatures.folder())."
                    : "\(total.bytes) of at most \(try CachedFeatures.limit().bytes) in \(CachedFeatures.folder())"
            )
        }
    }

    /// `graft cache clear`
    struct Clear: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Delete cached features; they are computed again when needed.")

        @Argument(help: "The first digits of the key of what to delete, as listed. (default: everything)")
        var key: String = ""

        @OptionGroup var output: OutputOptions

        func validate() throws {
            if !key.allSatisfy(\.isHexDigit) {
                throw ValidationError(
                    "\"\(key)\" is no key; keys are hexadecimal digits, as `graft cache list` shows them.")
            }
        }

        func run() async throws {
            let console = output.console
            try await Interruption.guarding(console) {
                let freed = try CachedFeatures.clear(keyPrefix: key)
                console.json(["freed": freed])
                console.write("Freed \(freed.bytes).")
            }
        }
    }
}
