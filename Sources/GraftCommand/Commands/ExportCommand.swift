import ArgumentParser
import GraftDatasets
import GraftExports
import GraftFiles
import GraftModels

/// `graft export`
struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write a model as a file for other programs, and prove it.",
        discussion: """
            The file takes pictures of the network's input size, red, green and blue from 0 to 255, as the input \
            "pixels"; colour order, mean and scale are inside. It gives "probabilities", or "numbers". Scaling and \
            cutting pictures to that size stays with the program that reads them; the rule is in the file's \
            metadata as graft.preprocessing.

            The file takes its place only when another program answers as the model does: ONNX Runtime or \
            OpenVINO of the first python3 in $PATH, or of $GRAFT_PYTHON. --no-proof leaves that out. --check asks \
            a file that is there already.
            """)

    /// What a model can be written as.
    enum Format: String, ExpressibleByArgument, CaseIterable { case onnx }
    /// The order of a picture's numbers.
    enum Layout: String, ExpressibleByArgument, CaseIterable { case nhwc, nchw }
    /// Their type.
    enum InputType: String, ExpressibleByArgument, CaseIterable { case uint8, float32 }

    @Argument(help: "The model that `graft train` saved.", completion: .directory)
    var model: String

    @Argument(
        help: "Pictures or folders to prove it with, besides a few that the model keeps.", completion: .file()
    )
    var images: [String] = []

    @Option(name: .customLong("to"), help: "The format.")
    var format = Format.onnx

    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: "Where to write the file. (default: the model's name with .onnx)", completion: .file())
    var output: String?

    @Option(help: "The order of a picture's numbers: height, width, channels, or channels first.")
    var layout = Layout.nhwc

    @Option(help: "The type of a picture's numbers.")
    var inputType = InputType.uint8

    @Flag(help: "Store kernels in 16 bits: half the size.")
    var half = false

    @Flag(help: "Ask no other program.")
    var noProof = false

    @Option(
        help: "Write nothing; ask this file, which was exported before with the same options.",
        completion: .file())
    var check: String?

    @OptionGroup var console: OutputOptions

    func validate() throws {
        if noProof, check != nil { throw ValidationError("--no-proof has no effect with --check.") }
        if noProof, !images.isEmpty { throw ValidationError("Pictures have no effect with --no-proof.") }
        if check != nil, output != nil { throw ValidationError("--output has no effect with --check.") }
    }

    func run() async throws {
        let console = console.console
        try await Interruption.guarding(console) {
            let bundle = try ModelBundle.load(model)
            let python = noProof ? nil : GraftEnvironment.current.python
            guard noProof || python != nil else {
                throw SettingError(
                    "The proof",
                    found: "needs a Python with ONNX Runtime or OpenVINO, and there is no python3 in $PATH",
                    remedy: "Install one, name it in GRAFT_PYTHON, or use --no-proof")
            }
            let export = try ModelExport(
                bundle, layout: layout == .nhwc ? .nhwc : .nchw,
                inputType: inputType == .uint8 ? .uint8 : .float32, isHalf: half)
            let paths =
                images.isEmpty
                ? []
                : try PicturePaths.collect(images) {
                    try StandardStreams.input()
                } onInventory: { _, _ in
                }
            let pictures = paths.map(Picture.file)
            let outcome: ModelExport.Outcome
            if let check, let python {
                outcome = try await export.check(check, pictures: pictures, python: python)
            } else {
                let path = output ?? defaultPath
                outcome = try await export.write(to: path, pictures: pictures, python: python)
            }
            console.json(outcome)
            console.line(check == nil ? "exported" : "checked", "\(outcome.file), \(outcome.bytes.bytes)")
            if let reader = outcome.reader, let drift = outcome.drift {
                console.line(
                    "proved",
                    "\(reader) answers alike on \(outcome.pictures.counted("picture")): off by \(drift.digits) at most, "
                        + "\(outcome.tolerance.digits) allowed")
            } else {
                console.line("proved", "by nobody: --no-proof")
            }
        }
    }

    /// The model's name with another ending, in this folder.
    private var defaultPath: String {
        let name = model.withoutTrailingSlashes.split(separator: "/").last.map(String.init) ?? "model"
        let stem = name.hasSuffix(".graft") ? String(name.dropLast(6)) : name
        return stem + "." + format.rawValue
    }
}
