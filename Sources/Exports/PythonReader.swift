internal import GraftFiles
internal import GraftImages

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Asks a library of Python what an exported file answers. Graft itself needs no Python.
struct PythonReader: Sendable {
    let python: String
    /// What reads the file.
    let format: Format
    let layout: ONNXOptions.Layout
    let inputType: ONNXOptions.InputType

    /// The libraries that read a file.
    enum Format {
        /// ONNX Runtime or OpenVINO.
        case onnx
        /// Keras 3.
        case keras

        /// Their names, in the words of errors.
        var libraries: String { self == .onnx ? "neither ONNX Runtime nor OpenVINO" : "no Keras 3" }
        /// What installs one.
        var installation: String { self == .onnx ? "pip install onnxruntime" : "pip install keras torch" }
        /// Reads raw pictures and prints the answers as JSON. Arguments: the file, the pictures, their number, the extents,
        /// the type.
        var script: String { self == .onnx ? PythonReader.onnxScript : PythonReader.kerasScript }
    }

    private static let onnxScript = """
        import json, sys
        import numpy
        model, pictures, count, extents, kind = sys.argv[1:6]
        shape = [int(count)] + json.loads(extents)
        pixels = numpy.fromfile(pictures, dtype=numpy.uint8).reshape(shape).astype(kind)
        try:
            import onnxruntime
            session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
            answers = session.run(None, {"pixels": pixels})[0]
            reader = "ONNX Runtime " + onnxruntime.__version__
        except ImportError:
            import openvino
            core = openvino.Core()
            compiled = core.compile_model(core.read_model(open(model, "rb").read(), b""), "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
            answers = compiled(pixels)[0]
            reader = "OpenVINO " + openvino.__version__
        print(json.dumps({"reader": reader, "answers": numpy.asarray(answers).reshape(int(count), -1).tolist()}))
        """

    private static let kerasScript = """
        import json, os, sys, tempfile
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
        os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
        if "KERAS_BACKEND" not in os.environ:
            from importlib.util import find_spec
            found = [name for name in ("tensorflow", "torch", "jax") if find_spec(name)]
            if found:
                os.environ["KERAS_BACKEND"] = found[0]
        import numpy
        model, pictures, count, extents, kind = sys.argv[1:6]
        shape = [int(count)] + json.loads(extents)
        pixels = numpy.fromfile(pictures, dtype=numpy.uint8).reshape(shape).astype(kind)
        import keras
        with tempfile.TemporaryDirectory() as folder:
            # Keras reads files whose names end so alone.
            link = os.path.join(folder, "model.keras")
            os.symlink(os.path.abspath(model), link)
            network = keras.saving.load_model(link, compile=False)
        answers = network.predict(pixels, verbose=0, batch_size=8)
        answers = answers[0] if isinstance(answers, list) else answers
        reader = "Keras " + keras.__version__ + " on " + keras.backend.backend()
        print(json.dumps({"reader": reader, "answers": numpy.asarray(answers).reshape(int(count), -1).tolist()}))
        """

    /// The answers of a file to pictures of the network's input size.
    ///
    /// - Throws: ``ExportError`` where Python or its libraries are missing, or the file cannot be read there.
    func answers(
        of file: String, shown: String, to views: [PixelImage]
    ) async throws -> (reader: String, answers: [[Float]]) {
        guard let first = views.first else { return ("nothing", []) }
        // Beside the file may be no room for others.
        let folder = FileManager.default.temporaryDirectory.path(percentEncoded: false)
        let pictures = try FileReplacement(folder.appending(name: "graft-pixels"))
        for view in views { try pictures.write(ordered(view)) }
        let extents =
            layout == .nhwc ? [first.height, first.width, 3] : [3, first.height, first.width]
        let reply = try await ProgramReply.of(
            python,
            [
                "-c", format.script, file, pictures.temporary, "\(views.count)", "\(extents)",
                inputType == .uint8 ? "uint8" : "float32",
            ])
        guard let reply else {
            throw ExportError(
                shown,
                found:
                    "cannot be proved: \(python) has \(format.libraries), or cannot read the file",
                remedy:
                    "Install one (\(format.installation)), name a Python that has it in GRAFT_PYTHON, or export without proof"
            )
        }
        return (reply.reader, reply.answers)
    }

    /// The levels of a picture in the file's order.
    private func ordered(_ view: PixelImage) -> [UInt8] {
        guard layout == .nchw else { return view.samples }
        let count = view.width * view.height
        return (0..<3).flatMap { channel in (0..<count).map { view.samples[3 * $0 + channel] } }
    }
}
