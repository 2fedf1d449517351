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
            onnx: the file takes pictures of the network's input size, red, green and blue from 0 to 255, as the input \
            "pixels"; colour order, mean and scale are inside. It gives "probabilities", or "numbers". Scaling and \
            cutting pictures to that size stays with the program that reads them; the rule is in the file's \
            metadata as graft.preprocessing.

            The file takes its place only when another program answers as the model does: ONNX Runtime or \
            OpenVINO of the first python3 in $PATH, or of $GRAFT_PYTHON. --no-proof leaves that out. --check asks \
            a file that is there already.

            keras: a model of Keras 3 for pixels from 0 to 255, whose training can go on there: BatchNorm and dropout \
            stay layers. It is proved with Keras.

            safetensors: the weights alone, with the names and shapes of the network's source, as torchvision, timm or \
            Keras have them.

            web: one HTML file that looks at pictures in a browser, on the visitor's own device. It needs nothing \
            else, and sends nothing anywhere. --folder writes the same as files for a site of yours, with a module \
            for JavaScript. It is proved with Node.js, the first node in $PATH or $GRAFT_NODE, where there is one.
            """)

    /// What a model can be written as.
    enum Format: String, ExpressibleByArgument, CaseIterable { case onnx, keras, safetensors, web }
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
        help:
            "Where to write the file. (default: the model's name with .onnx, .keras, .safetensors or .html)",
        completion: .file())
    var output: String?

    @Option(
        help:
            "onnx: the order of a picture's numbers: height, width, channels, or channels first. (default: nhwc)"
    )
    var layout: Layout?

    @Option(help: "onnx: the type of a picture's numbers. (default: uint8)")
    var inputType: InputType?

    @Flag(help: "onnx and safetensors: store kernels, or all numbers, in 16 bits: half the size.")
    var half = false

    @Flag(
        name: .customLong("int8"),
        help: "web: store large kernels in 8 bits instead of 16: about half the size.")
    var isEightBit = false

    @Flag(help: "web: write a folder for a site of yours instead of one file.")
    var folder = false

    @Option(help: "web: what the page is called. (default: the model's name)")
    var title: String?

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
        let foreign: [(String, Bool, [Format])] = [
            ("--layout", layout != nil, [.onnx]), ("--input-type", inputType != nil, [.onnx]),
            ("--half", half, [.onnx, .safetensors]),
            ("--check", check != nil, [.onnx]), ("--int8", isEightBit, [.web]), ("--folder", folder, [.web]),
            ("--title", title != nil, [.web]),
        ]
        if let (flag, _, _) = foreign.first(where: { $0.1 && !$0.2.contains(format) }) {
            throw ValidationError("\(flag) has no effect with --to \(format.rawValue).")
        }
        if check != nil, output != nil { throw ValidationError("--output has no effect with --check.") }
    }

    func run() async throws {
        let console = console.console
        try await Interruption.guarding(console) {
            let bundle = try ModelBundle.load(model)
            let paths =
                images.isEmpty
                ? []
                : try PicturePaths.collect(images) {
                    try StandardStreams.input()
                } onInventory: { _, _ in
                }
            let pictures = paths.map(Picture.file)
            let outcome: ExportOutcome
            switch format {
            case .onnx: outcome = try await onnx(bundle, pictures)
            case .keras: outcome = try await keras(bundle, pictures)
            case .safetensors:
                outcome = try SafetensorsModelExport(bundle, isHalf: half).write(to: output ?? defaultPath)
            case .web: outcome = try await web(bundle, pictures)
            }
            console.json(outcome)
            console.line(check == nil ? "exported" : "checked", "\(outcome.file), \(outcome.bytes.bytes)")
            if let reader = outcome.reader, let drift = outcome.drift {
                console.line(
                    "proved",
                    "\(reader) answers alike on \(outcome.pictures.counted("picture")): off by \(drift.digits) at most, "
                        + "\(outcome.tolerance.digits) allowed")
            } else {
                console.line("proved", unproved)
            }
        }
    }

    /// Why no program was asked.
    private var unproved: String {
        switch format {
        case .safetensors: "read back; no program answers from weights alone"
        case _ where noProof: "by nobody: --no-proof"
        case .onnx, .keras, .web: "by nobody: there is no node in $PATH"
        }
    }

    private func web(_ bundle: ModelBundle, _ pictures: [Picture]) async throws -> ExportOutcome {
        let export = WebExport(
            bundle, title: title ?? model.withoutTrailingSlashes.lastName.withoutEnding,
            isEightBit: isEightBit)
        let node = noProof ? nil : GraftEnvironment.current.node
        let path = output ?? defaultPath
        return folder
            ? try await export.writeFolder(to: path, pictures: pictures, node: node)
            : try await export.write(to: path, pictures: pictures, node: node)
    }

    private func keras(_ bundle: ModelBundle, _ pictures: [Picture]) async throws -> ExportOutcome {
        try await KerasModelExport(bundle).write(
            to: output ?? defaultPath, pictures: pictures, python: try python("Keras 3"))
    }

    /// The Python that proves a file; `nil` where nobody is to be asked.
    private func python(_ libraries: String) throws -> String? {
        if noProof { return nil }
        guard let python = GraftEnvironment.current.python else {
            throw SettingError(
                "The proof", found: "needs a Python with \(libraries), and there is no python3 in $PATH",
                remedy: "Install one, name it in GRAFT_PYTHON, or use --no-proof")
        }
        return python
    }

    private func onnx(_ bundle: ModelBundle, _ pictures: [Picture]) async throws -> ExportOutcome {
        let python = try python("ONNX Runtime or OpenVINO")
        let export = try ModelExport(
            bundle, layout: layout == .nchw ? .nchw : .nhwc,
            inputType: inputType == .float32 ? .float32 : .uint8, isHalf: half)
        if let check, let python {
            return try await export.check(check, pictures: pictures, python: python)
        }
        return try await export.write(to: output ?? defaultPath, pictures: pictures, python: python)
    }

    /// The model's name with another ending, in this folder.
    private var defaultPath: String {
        let stem = model.withoutTrailingSlashes.lastName.withoutEnding
        return folder ? stem : "\(stem).\(format == .web ? "html" : format.rawValue)"
    }
}

extension String {
    /// A model's name without ".graft".
    fileprivate var withoutEnding: String { hasSuffix(".graft") ? String(dropLast(6)) : self }
}
