import CLibFuzzer
import Glibc
import GraftFiles
import GraftTraining

@testable import GraftDatasets
@testable import GraftModels

/// Reads one input; libFuzzer calls this by its name.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    FuzzTexts.read(unsafe Array(UnsafeBufferPointer(start: bytes, count: count)))
    return 0
}

/// Reads ever more inputs as texts of the kind that the environment variable FUZZ_TEXT names; the arguments are
/// libFuzzer's.
@main enum FuzzTexts {
    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = unsafe CommandLine.unsafeArgv
        exit(
            unsafe LLVMFuzzerRunDriver(&count, &arguments) { bytes, count in unsafe fuzzOneInput(bytes, count)
            }
        )
    }

    /// The kinds of texts that people hand to Graft.
    private enum Kind: String { case csv, jsonl, voc, recipe, bundle }

    private static let kind: Kind = {
        let name = unsafe getenv("FUZZ_TEXT").map { unsafe String(cString: $0) } ?? ""
        guard let kind = Kind(rawValue: name) else { fatalError("FUZZ_TEXT is '\(name)'") }
        return kind
    }()

    /// An error is what a hostile text should end with; a trap, a huge allocation or more than ten seconds is a
    /// defect.
    fileprivate static func read(_ input: [UInt8]) {
        do {
            switch kind {
            case .csv, .jsonl:
                let path = "\(folder)/list.\(kind.rawValue)"
                try write(input, to: path)
                let list = try DatasetReader.open(path)
                guard list.samples.allSatisfy({ $0.target.classes.allSatisfy(list.classes.indices.contains) })
                else { fatalError("a label that no class has") }
            case .voc: _ = try VOCAnnotation(input)
            case .recipe:
                let path = "\(folder)/recipe.yaml"
                try write(input, to: path)
                _ = try Recipe(contentsOf: path)
            case .bundle: _ = try BundleDescription(json: input, path: "model.json")
            }
        } catch {
            guard !"\(error)".isEmpty else { fatalError("an error says nothing") }
        }
    }

    private static func write(_ bytes: [UInt8], to path: String) throws {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        guard descriptor >= 0, unsafe Glibc.write(descriptor, bytes, bytes.count) == bytes.count else {
            fatalError("\(path) cannot be written")
        }
        close(descriptor)
    }

    /// A folder in memory for one input after the other.
    private static let folder: String = {
        let path = "/dev/shm/graft-fuzzing-\(getpid())"
        unsafe mkdir(path, 0o700)
        return path
    }()
}
