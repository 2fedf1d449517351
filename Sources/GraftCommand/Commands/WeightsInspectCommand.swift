import ArgumentParser
import GraftArchitectures
import GraftFiles

extension WeightsCommand {
    /// `graft weights inspect`
    struct Inspect: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what any weight file holds, and whether it fits a network.",
            discussion: """
                The file may be published, converted or trained by you: Keras (.h5, .weights.h5, .keras), \
                PyTorch, safetensors, or a dictionary in .npy. Nothing in it is ever run.
                """)

        @Argument(help: "The file.", completion: .file())
        var file: String

        @Option(help: "Load it into this network, too, and say what fits.")
        var network: String?

        @OptionGroup var output: OutputOptions

        func run() async throws {
            let console = output.console
            try await Interruption.guarding(console) {
                let inspection = try WeightInspection(file, for: network.map { try Architecture.named($0) })
                console.json(Row(file, inspection))
                if !console.isJSON { show(inspection, on: console) }
            }
        }

        private func show(_ inspection: WeightInspection, on console: Console) {
            let numbers = inspection.entries.reduce(0) { $0 + $1.shape.reduce(1, *) }
            for entry in inspection.entries {
                let shape = entry.shape.isEmpty ? "-" : entry.shape.map(String.init).joined(separator: "x")
                let right = " \(shape.padded(to: 14)) \(entry.elementType)"
                let room = console.width - right.count
                console.write(
                    (console.isTerminal ? entry.name.shortened(to: room) : entry.name).padded(to: room)
                        + right)
            }
            console.write("")
            console.line("format", inspection.format)
            console.line("holds", "\(inspection.entries.count.counted("tensor")), \(numbers.grouped) numbers")
            list(inspection.leftOut, "beside", on: console)
            list(inspection.notFinite, "NaN", on: console)
            guard let fit = inspection.fit else { return }
            let part = fit.includesTop ? "with its classifier" : "without its classifier"
            console.line(
                "fits", "\(fit.network) \(part): \(fit.report.loaded.count.counted("parameter")) loaded")
            list(fit.report.notNeeded, "not needed", on: console)
            list(fit.report.unused, "not used", on: console)
            if let remark = inspection.remark { console.line("note", remark) }
        }

        private func list(_ names: [String], _ label: String, on console: Console) {
            guard let first = names.first else { return }
            console.line(label, names.count == 1 ? first : "\(first) and \(names.count - 1) more")
        }
    }

    private struct Row: Encodable {
        var file: String
        var format: String
        var tensors: [WeightInspection.Entry]
        var leftOut: [String]
        var notFinite: [String]
        var network: String?
        var includesTop: Bool?
        var loaded: Int?
        var notNeeded: [String]?
        var unused: [String]?
        var remark: String?

        init(_ path: String, _ inspection: WeightInspection) {
            file = path
            format = inspection.format
            tensors = inspection.entries
            leftOut = inspection.leftOut
            notFinite = inspection.notFinite
            network = inspection.fit?.network
            includesTop = inspection.fit?.includesTop
            loaded = inspection.fit?.report.loaded.count
            notNeeded = inspection.fit?.report.notNeeded
            unused = inspection.fit?.report.unused
            remark = inspection.remark
        }
    }
}
