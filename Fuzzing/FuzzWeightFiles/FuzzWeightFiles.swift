import CLibFuzzer
import Glibc
import GraftFiles
import GraftTensors
import GraftWeightFiles

/// Reads one input; libFuzzer calls this by its name.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    FuzzWeightFiles.read(unsafe Array(UnsafeBufferPointer(start: bytes, count: count)))
    return 0
}

/// Reads ever more inputs as weight files; the arguments are libFuzzer's.
@main enum FuzzWeightFiles {
    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = unsafe CommandLine.unsafeArgv
        exit(
            unsafe LLVMFuzzerRunDriver(&count, &arguments) { bytes, count in unsafe fuzzOneInput(bytes, count)
            }
        )
    }

    /// Reads bytes as a weight file, through a file in memory, as the readers map files.
    ///
    /// An error is what hostile bytes should end with; a trap, an address out of bounds, a huge allocation or
    /// more than ten seconds is a defect.
    fileprivate static func read(_ input: [UInt8]) {
        let content = Wrapping.chosen.wrapped(input)
        guard ftruncate(memory, 0) == 0, unsafe pwrite(memory, content, content.count, 0) == content.count
        else {
            fatalError("the file in memory cannot be written")
        }
        do {
            let tensors = try WeightFile.read("/proc/self/fd/\(memory)")
            // Each byte of each tensor is touched, so that one outside of its file would be noticed.
            var sum: UInt8 = 0
            for entry in tensors.entries {
                unsafe entry.tensor.withUnsafeBytes { bytes in sum &+= unsafe bytes.reduce(0, &+) }
            }
            for name in tensors.layers.flatMap({ $0.entries }) where tensors[name] == nil {
                fatalError("layers name \(name), which is no tensor; the sum is \(sum)")
            }
        } catch {
            guard !"\(error)".isEmpty else { fatalError("an error says nothing") }
        }
    }

    /// A file without a name in memory, which holds one input after the other.
    private static let memory: Int32 = {
        let name = "/graft-fuzzing-\(getpid())"
        let descriptor = unsafe shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0o600)
        unsafe shm_unlink(name)
        return descriptor
    }()
}
