import Glibc
import GraftTestServer

/// What an input is put into before it is read.
///
/// libzip compares checksums, which a fuzzer never guesses: so the content of an archive's entry is fuzzed by
/// itself, in an archive made around it.
enum Wrapping: String {
    /// The input is the file.
    case none
    /// The input is the pickle of a PyTorch file with one storage.
    case pyTorchZip = "pytorch_zip"
    /// The input is the weights of a `.keras` file.
    case keras = "keras_zip"

    /// The one that the environment variable FUZZ_WRAPPING names.
    static let chosen: Wrapping =
        unsafe getenv("FUZZ_WRAPPING").flatMap { name in
            Wrapping(rawValue: unsafe String(cString: name))
        } ?? .none

    /// The bytes of the file to read.
    func wrapped(_ input: [UInt8]) -> [UInt8] {
        switch self {
        case .none: input
        case .pyTorchZip:
            StoredArchive.bytes([("m/data.pkl", input), ("m/data/0", [UInt8](repeating: 1, count: 48))])
        case .keras: StoredArchive.bytes([("config.json", Array("{}".utf8)), ("model.weights.h5", input)])
        }
    }
}
