import ArgumentParser
import GraftArchitectures
import GraftDatasets
import GraftFiles
import GraftModels
import GraftReports
import GraftTraining

/// `graft embed`
struct EmbedCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "embed", abstract: "Write the features of pictures as a file of numbers.",
        discussion: """
            MODEL is a model that `graft train` saved, or a pretrained network; `graft models` lists them. A row \
            is what a model's first dense layer reads, or a network's pooled features. The name of the file says \
            what it is: .npy holds the numbers alone, in the order of --json's paths; .safetensors the numbers as \
            "features", with paths and labels in its metadata; .csv all of it.
            """)

    @Argument(help: "A model, or the name of a pretrained network.", completion: .directory)
    var model: String

    @Argument(help: "The folder of pictures, or a list of them.", completion: .file())
    var data: String

    @OptionGroup(title: "Reading the data") var options: DataOptions

    @Option(
        name: [.customShort("o"), .customLong("output")],
        help:
            "Where to write the numbers: a name that ends in .npy, .safetensors or .csv. (default: features.npy)",
        completion: .file())
    var output = "features.npy"

    @Flag(help: "Bring each row to length 1.")
    var normalize = false

    @Flag(help: "Neither read nor write cached features.")
    var noCache = false

    @OptionGroup var threads: ThreadOptions
    @OptionGroup var console: OutputOptions

    func run() async throws {
        let console = console.console
        try await Interruption.guarding(console, remainder: noCache ? "" : Interruption.featuresAreKept) {
            let table = try FeatureTable(path: output)
            let dataset = try options.openSortedOrNot(data)
            let vectors = try vectors()
            let line = FeatureLine(console, tellsEvents: false)
            let (rows, examinations) = try await vectors.rows(of: dataset, isNormalized: normalize) {
                line.show($0)
            }
            var written: [FeatureTable.Row] = []
            for (index, row) in rows.enumerated() {
                let sample = dataset.samples[index]
                guard let row else {
                    if let problem = examinations[index].problem { Console.complain(problem.forTerminal) }
                    continue
                }
                written.append(
                    FeatureTable.Row(
                        path: sample.path, label: dataset.labelWords(sample.target), features: row))
            }
            guard !written.isEmpty else {
                throw SettingError(data, found: "holds no picture that can be read")
            }
            let columns = vectors.width
            try table.write(
                written, columns: columns,
                metadata: [
                    "paths": Self.json(written.map(\.path)), "labels": Self.json(written.map(\.label)),
                ],
                to: output)
            console.json(
                Written(
                    file: output, rows: written.count, columns: columns, paths: written.map(\.path),
                    labels: written.map(\.label)))
            console.line(
                "embedded", "\(written.count.counted("picture")), \(columns.grouped) numbers each: \(output)")
        }
    }

    /// What computes the rows: a model where there is one at the path, else a network.
    private func vectors() throws -> TrunkVectors {
        if ((try? FileStatus.of(model)) ?? nil) != nil {
            return try TrunkVectors(try ModelBundle.load(model), threads: threads.count, usesCache: !noCache)
        }
        let trunk = try Trunk(.named(model))
        _ = try trunk.loadParameters()
        return try TrunkVectors(trunk, threads: threads.count, usesCache: !noCache)
    }

    private static func json(_ texts: [String]) -> String {
        "[" + texts.map(JSONText.quoted).joined(separator: ",") + "]"
    }

    private struct Written: Encodable {
        var file: String
        var rows: Int
        var columns: Int
        var paths: [String]
        var labels: [String]
    }
}

extension Dataset {
    /// A target in words; nothing where nothing is known of it.
    fileprivate func labelWords(_ target: Target) -> String {
        target.classes.isEmpty && target.numbers.isEmpty ? "" : words(for: target)
    }
}
