import Foundation
import GraftArchitectures
import GraftFiles
import GraftNetworks
import GraftTensors
import GraftWeightFiles
import Testing

/// Files of weights as people have them: under other names, with numbers that are none, changed while they are read.
@Suite final class UserFileTests: Sendable {
    let path =
        FileManager.default.temporaryDirectory.path + "/user-\(UInt64.random(in: 0 ... .max)).safetensors"

    deinit { try? FileManager.default.removeItem(atPath: path) }

    static let architecture = TinyFileTests.architectures[1]

    private func original() throws -> NamedTensors {
        try WeightFile.read(
            TinyFileTests.folder.appending(path: "mobilenet_v2_tiny.torchvision.pth").path())
    }

    /// Writes the tensors of the original under the names that `rename` gives.
    private func write(
        _ rename: (String) -> [String], change: (String, Tensor) -> Tensor = { $1 }
    ) throws {
        var tensors = NamedTensors()
        for entry in try original().entries {
            for name in rename(entry.name) {
                _ = tensors.append(change(entry.name, entry.tensor), named: name)
            }
        }
        try Safetensors.write(tensors, metadata: [:], to: path)
    }

    @Test(arguments: [
        "_orig_mod.", "net.", "encoder.", "module.backbone.", "module._orig_mod.", "model.base.net.",
        "student.backbone.0.",
    ])
    func anyPrefixUnderWhichAllNamesAreThereIsFound(prefix: String) throws {
        let network = try Self.architecture.network(height: 45, width: 37, includeTop: false)
        let plain = try Self.architecture.match(original(), to: network).parameters
        try write { ["\(prefix)\($0)"] }
        let (parameters, report) = try Self.architecture.load(contentsOf: path, for: network)
        #expect(report.isPerfect)
        for name in plain.names { #expect(parameters[name] == plain[name], "\(name)") }
        // Another copy under another name, as of an average, changes nothing and is told.
        try write { ["\(prefix)\($0)", "zz_average.\($0)"] }
        let (again, both) = try Self.architecture.load(contentsOf: path, for: network)
        #expect(both.unused.allSatisfy { $0.hasPrefix("zz_average.") } && !both.unused.isEmpty)
        for name in plain.names { #expect(again[name] == plain[name], "\(name)") }
    }

    @Test(arguments: [Float.nan, .infinity, -.infinity])
    func tensorWithANumberThatIsNoneIsNamed(value: Float) throws {
        let network = try Self.architecture.network(height: 45, width: 37, includeTop: false)
        try write {
            [$0]
        } change: { name, tensor in
            guard name == "features.0.1.running_var" else { return tensor }
            var values = tensor.floats
            values[1] = value
            return Tensor(values, shape: tensor.shape)
        }
        let error = #expect(throws: LoadingError.self) {
            try Self.architecture.load(contentsOf: self.path, for: network)
        }
        #expect(
            error?.description
                == "\(path) holds numbers that are none: features.0.1.running_var has \(value); expected finite "
                + "numbers. Its training diverged, or it is damaged: use another file.")
        #expect(try WeightInspection(path).notFinite == ["features.0.1.running_var"])
    }

    @Test func whatIsLoadedIsWhatTheDigestIsOfWhateverBecomesOfTheFile() throws {
        let network = try Self.architecture.network(height: 45, width: 37, includeTop: false)
        try write { [$0] }
        let first = try Array(Data(contentsOf: URL(filePath: path)))
        let weights = try NetworkWeights(for: Self.architecture, file: path)
        #expect(weights.digest == SHA256Digest(of: first))
        let plain = try Self.architecture.match(original(), to: network).parameters
        // Cut short in place, as a copy over it begins.
        try FileHandle(forWritingTo: URL(filePath: path)).truncate(atOffset: 100)
        let (parameters, _) = try weights.load(for: network, home: GraftHome("/none"))
        for name in plain.names { #expect(parameters[name] == plain[name], "\(name)") }
        // Who reads it once more is told.
        #expect(throws: (any Error).self) { try weights.load(for: network, home: GraftHome("/none")) }
        try Data(first).write(to: URL(filePath: path))
        _ = try weights.load(for: network, home: GraftHome("/none"))
        try write {
            [$0]
        } change: { name, tensor in
            name == "features.0.1.bias" ? Tensor(tensor.floats.map { $0 + 1 }, shape: tensor.shape) : tensor
        }
        let error = #expect(throws: FileError.self) {
            try weights.load(for: network, home: GraftHome("/none"))
        }
        #expect(error?.description.contains("has changed since it was first read") == true)
    }
}
