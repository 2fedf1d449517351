internal import GraftFiles

/// What files look like that are no weight files, or none that Graft reads.
enum UnknownFile {
    /// What a file is, worded to follow its path, from its first bytes.
    static func found(in file: MappedFile, _ start: [UInt8]) -> String {
        if start.isEmpty { return "is empty" }
        let kinds: [(start: [UInt8], found: String)] = [
            ([0x80], "is a Python pickle, but not one that PyTorch wrote"),
            ([0x1f, 0x8b], "is compressed with gzip"),
            (Array("version https://git-lfs".utf8), "is a Git LFS pointer, not the file that it points to"),
            (Array("<!DOCTYPE".utf8), "is a web page"), (Array("<!doctype".utf8), "is a web page"),
            (Array("<html".utf8), "is a web page"), ([0x08, 0x01, 0x12], "is a TensorFlow SavedModel"),
        ]
        if let kind = kinds.first(where: { start.starts(with: $0.start) }) { return kind.found }
        if start.dropFirst(4).starts(with: "TFL3".utf8) { return "is a TensorFlow Lite model" }
        // The table's last eight bytes in a checkpoint's index: LevelDB's magic number.
        let end = unsafe file.withBytes { unsafe Array($0.suffix(8)) }
        if end == [0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb] {
            return "is the index of a TensorFlow checkpoint"
        }
        if let found = protocolBuffer(start) { return found }
        let digits = start.prefix(8).map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0" + text : text
        }
        return "starts with the bytes \(digits.joined(separator: " ")), which no known weight file does"
    }

    /// What a model in Google's serialisation is: ONNX begins with its version and its producer's name, Caffe
    /// with the network's name and its layers (fields 2 or 100), a frozen TensorFlow graph with a node and
    /// its operation.
    private static func protocolBuffer(_ start: [UInt8]) -> String? {
        func isText(_ bytes: ArraySlice<UInt8>) -> Bool {
            !bytes.isEmpty && bytes.allSatisfy { (0x20..<0x7f).contains($0) }
        }
        if start.count > 4, start[0] == 0x08, (3...20).contains(start[1]), start[2] == 0x12 {
            return isText(start[4...].prefix(Int(start[3]))) ? "is an ONNX model" : nil
        }
        guard start.count > 4, start[0] == 0x0a else { return nil }
        if start[2] == 0x0a, isText(start[4...].prefix(Int(start[3]))) {
            return "is a frozen TensorFlow graph"
        }
        let name = start[2...].prefix(Int(start[1]))
        let rest = start.dropFirst(2 + Int(start[1]))
        let isCaffe = isText(name) && (rest.starts(with: [0xa2, 0x06]) || rest.first == 0x12)
        return isCaffe ? "is a Caffe model" : nil
    }
}
