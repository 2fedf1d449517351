import ArgumentParser
import GraftDatasets
import GraftFiles
import GraftImages
import GraftInsight
import GraftModels

/// `graft explain`
struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Show what in a picture an answer rests on.",
        discussion: """
            Writes one picture for each IMAGE: what the network sees of it, with the evidence for the class in \
            red and yellow. The map is Grad-CAM; for heads that see the map as it is, HiResCAM.
            """)

    @Argument(help: "The model that `graft train` saved.", completion: .directory)
    var model: String

    @Argument(help: "Pictures, folders, or - for a list on standard input.", completion: .file())
    var images: [String]

    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: "The folder for the pictures, which is made. (default: explained)", completion: .directory)
    var output = "explained"

    @Option(
        name: .customLong("class"), help: "The class, or number, to explain. (default: the most probable)")
    var name: String?

    @OptionGroup var threads: ThreadOptions
    @OptionGroup var console: OutputOptions

    func run() async throws {
        let console = console.console
        try await Interruption.guarding(console) {
            let bundle = try ModelBundle.load(model)
            let output = try name.map { name in
                guard let position = bundle.classes.firstIndex(of: name) else {
                    throw SettingError(
                        "--class", found: "is \(name), which the model does not know",
                        expected: "one of \(bundle.classes.prefix(8).joined(separator: ", "))")
                }
                return position
            }
            let explainer = try Explainer(bundle, threads: threads.count)
            let paths = try PicturePaths.collect(images) {
                try StandardStreams.input()
            } onInventory: { _, _ in
            }
            try FolderCreation.create(self.output)
            var (failures, taken): (Int, Set<String>) = (0, [])
            for path in paths {
                let picture = Picture.file(path)
                let (found, examination) = try await explainer.explain(picture.load(), output: output)
                guard let found else {
                    failures += 1
                    let problem = examination.problem ?? Problem(path, found: "cannot be used")
                    console.json(Line(image: path, error: problem.forTerminal))
                    Console.complain(problem.forTerminal)
                    continue
                }
                let file = self.output.appending(name: Self.name(of: path, &taken))
                try ImageEncoder().write(found.map.overlay(on: found.view), to: file)
                let name = bundle.classes[found.output]
                let value = Double(found.outputs[found.output])
                console.json(
                    Line(
                        image: path, output: file, label: name, value: value,
                        map: Line.Map(
                            height: found.map.height, width: found.map.width, values: found.map.values)))
                console.line("explained", "\(path): \(name) \(value.share)   \(file)")
            }
            if failures > 0 { throw ExitCode.failure }
        }
    }

    /// A name for the drawing of a picture, which no other has.
    private static func name(of path: String, _ taken: inout Set<String>) -> String {
        let last = path.split(separator: "/").last.map(String.init) ?? path
        let stem = last.split(separator: ".").dropLast().joined(separator: ".")
        let base = stem.isEmpty ? last : stem
        var (name, number) = ("\(base).png", 2)
        while !taken.insert(name).inserted {
            name = "\(base)-\(number).png"
            number += 1
        }
        return name
    }

    /// What is told of a picture, as a line of JSON.
    private struct Line: Encodable {
        struct Map: Encodable {
            var height: Int
            var width: Int
            var values: [Float]
        }

        var image: String
        var output: String?
        var label: String?
        var value: Double?
        var map: Map?
        var error: String?
    }
}
