internal import GraftFiles
internal import GraftImages
internal import GraftTensors
internal import GraftTraining

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Asks the page's interpreter in Node.js what an exported model answers. Graft itself needs no Node.js.
struct NodeReader: Sendable {
    let node: String

    /// Reads inputs as the network takes them and prints the answers as JSON. Arguments: the interpreter, the model, the
    /// inputs, their number.
    private static let script = """
        const fs = require("fs");
        const [wasm, model, inputs, count] = process.argv.slice(1);
        const x = new WebAssembly.Instance(new WebAssembly.Module(fs.readFileSync(wasm)), {}).exports;
        const file = fs.readFileSync(model), all = fs.readFileSync(inputs), size = all.length / Number(count);
        const place = x.allocate(file.length);
        new Uint8Array(x.memory.buffer, place, file.length).set(file);
        const handle = x.load(place, file.length);
        if (!(handle > 0)) throw new Error("flaw " + -handle);
        const answers = [];
        for (let i = 0; i < Number(count); i++) {
          let facts = new Int32Array(x.memory.buffer, x.facts(handle), 16);
          new Uint8Array(x.memory.buffer, facts[0], size).set(all.subarray(i * size, (i + 1) * size));
          x.run(handle);
          facts = new Int32Array(x.memory.buffer, x.facts(handle), 16);
          answers.push(Array.from(new Float32Array(x.memory.buffer, facts[2], facts[3])));
        }
        console.log(JSON.stringify({ reader: "Node.js " + process.versions.node, answers }));
        """

    /// The answers of a model to pictures of the network's input size.
    ///
    /// - Throws: ``ExportError`` where Node.js cannot run it.
    func answers(
        of model: [UInt8], shown: String, preprocessing: Preprocessing, to views: [PixelImage]
    ) async throws -> (reader: String, answers: [[Float]]) {
        let folder = FileManager.default.temporaryDirectory.path(percentEncoded: false)
        let whole = try preprocessing.seeingWholePictures()
        var files: [FileReplacement] = []
        for name in ["graft-wasm", "graft-model", "graft-inputs"] {
            files.append(try FileReplacement(folder.appending(name: name)))
        }
        try files[0].write(WebPage.interpreter)
        try files[1].write(model)
        for view in views {
            let numbers = whole.tensor(of: view).floats
            try files[2].write(unsafe numbers.withUnsafeBytes { unsafe Array($0) })
        }
        let reply = try await ProgramReply.of(
            node, ["-e", Self.script] + files.map(\.temporary) + ["\(views.count)"])
        guard let reply else {
            throw ExportError(
                shown, found: "cannot be proved: \(node) cannot run it",
                expected: "Node.js 16.4 or newer, which has SIMD in WebAssembly",
                remedy: "Name another one in GRAFT_NODE, or export without proof")
        }
        return (reply.reader, reply.answers)
    }
}
