import ArgumentParser
import GraftArchitectures
import GraftExecution
import GraftFiles
import GraftModels

/// `graft models`
struct ModelsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models",
        abstract: "List the pretrained networks, what they cost, and which weights are here.",
        usage: """
            graft models [--fits SIZE] [--measure] [OPTIONS]
            graft models NAME... [OPTIONS]
            """,
        discussion: """
            With NAME, prints the network's layers and what is known of its weights.

            --fits and --measure are about one picture per core. --measure needs no weights: it runs each \
            network for a second with random ones, in a process of its own.
            """)

    @Argument(
        help: ArgumentHelp(
            "Networks, such as resnet50 or resnet50.torchvision.", valueName: "name"))
    var names: [String] = []

    @Option(
        help: ArgumentHelp(
            "Only networks that run in this much memory: 500MB, 1.5GiB.", valueName: "size"))
    var fits: ByteCount?

    @Flag(help: "Measure pictures per second and memory on this machine.")
    var measure = false

    @Flag(help: "With or without the published classifier.")
    var top = Top.includeTop

    @Option(help: "Height and width of the pictures. (default: each network's own)")
    var inputSize: Int?

    @Option(
        help: ArgumentHelp(
            """
            The network's precision: f32, bf16, int8 where possible; auto takes the faster of f32 and bf16 \
            on this processor.
            """)
    )
    var precision: PrecisionChoice?

    @OptionGroup var threads: ThreadOptions
    @OptionGroup var output: OutputOptions

    func validate() throws { try NumberRange.inputSize.check(inputSize) }

    func run() async throws {
        let console = output.console
        try await Interruption.guarding(console) {
            let entries = try entries()
            if measure {
                try await measure(entries, on: console)
            } else if names.isEmpty || fits != nil {
                let table = NetworkTable(console: console, tellsWholeMemory: fits != nil)
                table.show(entries.chosen)
                table.explain(entries.chosen)
                leftOut(entries.leftOut, on: console)
            } else {
                for entry in entries.chosen { LayerTable(entry).show(on: console) }
            }
        }
    }

    /// The networks that were asked for, and how many of them do not fit.
    private func entries() throws -> (chosen: [NetworkEntry], leftOut: Int) {
        let architectures = try names.isEmpty ? Architecture.all : names.map(Architecture.named)
        let all = try architectures.map {
            try NetworkEntry(
                $0, inputSize: inputSize, includeTop: top == .includeTop, precision: precision?.precision,
                cores: threads.count)
        }
        guard let fits else { return (all, 0) }
        let chosen = all.filter { $0.memory <= fits.value }
        return (chosen, all.count - chosen.count)
    }

    private func leftOut(_ count: Int, on console: Console) {
        guard let fits, count > 0 else { return }
        console.write("\(count.counted("network")) left out: more than \(fits.value.bytes).")
    }

    /// Measures each network in a process of its own, but where that is all this process has to do.
    private func measure(
        _ entries: (chosen: [NetworkEntry], leftOut: Int), on console: Console
    ) async throws {
        let precisions: [Precision] =
            precision.map { [$0.precision ?? .automatic] }
            ?? (Precision.automatic == .bfloat16 ? [.float32, .bfloat16] : [.float32])
        let isAlone = names.count == 1 && precision?.precision != nil
        let table = MeasurementTable(console, precisions: precisions, count: entries.chosen.count)
        for entry in entries.chosen {
            try await table.add(entry) { precision in
                if isAlone {
                    return try await NetworkMeasurement.measure(
                        entry.network, precision: precision, cores: threads.count)
                }
                return try await NetworkMeasurement.measure(
                    by: Machine.executable, arguments: arguments(entry, precision))
            }
        }
        table.explain(cores: threads.count)
        leftOut(entries.leftOut, on: console)
        if table.hasFailures { throw ExitCode.failure }
    }

    /// What makes this program measure one network in one precision, in its own process.
    private func arguments(_ entry: NetworkEntry, _ precision: Precision) -> [String] {
        [
            "models", entry.architecture.name, "--measure", "--json", "--precision", precision.rawValue,
            "--threads", "\(threads.count)", "--input-size", "\(entry.inputSize)",
            top == .includeTop ? "--include-top" : "--no-top",
        ]
    }

    enum Top: EnumerableFlag {
        case includeTop, noTop
    }
}

extension ByteCount: ExpressibleByArgument {
    package init?(argument: String) { self.init(argument) }
}
