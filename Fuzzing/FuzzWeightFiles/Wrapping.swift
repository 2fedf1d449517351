import Glibc

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
            Self.archive([("m/data.pkl", input), ("m/data/0", [UInt8](repeating: 1, count: 48))])
        case .keras: Self.archive([("config.json", Array("{}".utf8)), ("model.weights.h5", input)])
        }
    }

    /// A zip archive of uncompressed entries.
    private static func archive(_ entries: [(name: String, content: [UInt8])]) -> [UInt8] {
        func number(_ value: Int, _ count: Int) -> [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        }
        var bytes: [UInt8] = []
        var directory: [UInt8] = []
        for (name, content) in entries {
            let start = bytes.count
            let common =
                number(20, 2) + number(0, 6) + number(0x21, 2) + number(Int(checksum(content)), 4)
                + number(content.count, 4) + number(content.count, 4) + number(name.utf8.count, 2)
                + number(0, 2)
            bytes += Array("PK\u{3}\u{4}".utf8) + common + Array(name.utf8) + content
            directory +=
                Array("PK\u{1}\u{2}".utf8) + number(20, 2) + common + number(0, 10) + number(start, 4)
            directory += Array(name.utf8)
        }
        let start = bytes.count
        return bytes + directory + Array("PK\u{5}\u{6}".utf8) + number(0, 4) + number(entries.count, 2)
            + number(entries.count, 2) + number(directory.count, 4) + number(start, 4) + number(0, 2)
    }

    /// CRC-32.
    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var sum: UInt32 = ~0
        for byte in bytes { sum = sum >> 8 ^ table[Int(UInt8(truncatingIfNeeded: sum) ^ byte)] }
        return ~sum
    }

    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value >> 1 ^ (value & 1 == 1 ? 0xedb8_8320 : 0) }
    }
}
