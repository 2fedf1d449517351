import CLibFuzzer
import Glibc
import GraftFiles
import GraftTensors
import GraftWeightFiles

@testable import GraftDatasets
@testable import GraftDownloads
@testable import GraftModels
@testable import GraftTraining

/// Reads one input; libFuzzer calls this by its name.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    FuzzFiles.read(unsafe Array(UnsafeBufferPointer(start: bytes, count: count)))
    return 0
}

/// Reads ever more inputs as files of the kind that the environment variable FUZZ_FILE names, or what else comes
/// from elsewhere; the arguments are libFuzzer's.
@main enum FuzzFiles {
    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = unsafe CommandLine.unsafeArgv
        exit(
            unsafe LLVMFuzzerRunDriver(&count, &arguments) { bytes, count in unsafe fuzzOneInput(bytes, count)
            }
        )
    }

    /// The kinds of files, beside weights and pictures, that people hand to Graft or that it finds again, and
    /// what servers answer.
    private enum Kind: String { case csv, jsonl, voc, recipe, bundle, checkpoint, segment, answer }

    private static let kind: Kind = {
        let name = unsafe getenv("FUZZ_FILE").map { unsafe String(cString: $0) } ?? ""
        guard let kind = Kind(rawValue: name) else { fatalError("FUZZ_FILE is '\(name)'") }
        return kind
    }()

    /// An error is what a hostile file should end with; a trap, a huge allocation or more than ten seconds is a
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
            case .checkpoint: try readCheckpoint(input)
            case .segment: try readSegment(input)
            case .answer: readAnswer(input)
            }
        } catch {
            guard !"\(error)".isEmpty else { fatalError("an error says nothing") }
        }
    }

    /// The input as the text of a checkpoint whose checksum is right.
    private static func readCheckpoint(_ input: [UInt8]) throws {
        let path = "\(folder)/checkpoint"
        let text = String(decoding: input, as: UTF8.self)
        var tensors = NamedTensors()
        for name in ["finished/head/bias", "present/head/bias", "best/head/bias", "moment/0/0", "average/0"] {
            _ = tensors.append(Tensor([1, 2], shape: [2]), named: name)
        }
        let sum = Checkpoint.checksum(of: tensors, text)
        try Safetensors.write(tensors, metadata: ["checkpoint": text, "checksum": sum], to: path)
        guard let checkpoint = try Checkpoint.read(path) else { fatalError("\(path) is gone") }
        _ = FinishedStages(checkpoint.finished)
    }

    /// The input as a part of the feature cache that belongs to this collection and has the right checksum.
    private static func readSegment(_ input: [UInt8]) throws {
        let path = "\(folder)/segment"
        let description = FeatureDescription(title: "", parts: [:], shape: [4], elementType: .float32)
        var bytes = input
        func put(_ values: [UInt8], at offset: Int) {
            if bytes.count >= offset + values.count {
                bytes.replaceSubrange(offset..<offset + values.count, with: values)
            }
        }
        let version = UInt64(FeatureSegmentLayout.version)
        put(FeatureSegmentLayout.magic + FeatureSegmentWriter.littleEndian(version), at: 0)
        put(description.key.bytes, at: 16)
        if bytes.count > FeatureSegmentLayout.headerByteCount,
            let layout = FeatureSegmentLayout(
                recordCount: Int(bytes[48]), recordByteCount: description.recordByteCount),
            layout.tablesEnd <= bytes.count
        {
            let header = FastChecksum.checksum(Array(bytes[..<64]))
            let checksum = FastChecksum.checksum(Array(bytes[72..<layout.tablesEnd]), seed: header)
            put(FeatureSegmentWriter.littleEndian(checksum), at: 64)
        }
        try write(bytes, to: path)
        guard case .opened(let segment) = FeatureSegment.open(path, of: description) else { return }
        for record in 0..<segment.recordCount {
            _ = (segment.digestBytes(of: record), FeatureRecord.mapped(segment, record).isSound)
        }
    }

    /// The input as what a server says before the content.
    private static func readAnswer(_ input: [UInt8]) {
        var head = ResponseHead()
        for line in input.split(separator: UInt8(ascii: "\n")) {
            head.take(line: String(decoding: line, as: UTF8.self))
        }
        _ = (head.entityTag, head.lastModified, head.location, head.isPage)
        let range = head.contentRange
        let counts = [head.bodyLength, range?.start, range?.total].compactMap(\.self)
        guard counts.allSatisfy({ $0 >= 0 }), head.retryAfter.map({ $0 >= .zero }) ?? true else {
            fatalError("a size below zero")
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
