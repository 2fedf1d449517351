/// The lines of a text, which end with LF, CR LF or CR, with their numbers from 1 on; a byte order mark is
/// passed over.
struct TextLines: Sequence, IteratorProtocol {
    private let bytes: [UInt8]
    private var position: Int
    private var line = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        position = bytes.starts(with: TextLines.mark) ? TextLines.mark.count : 0
    }

    static let mark: [UInt8] = [0xef, 0xbb, 0xbf]

    /// Whether a text is in the encoding that some programs call Unicode, two bytes to a letter.
    static func isUTF16(_ bytes: [UInt8]) -> Bool {
        bytes.starts(with: [0xff, 0xfe]) || bytes.starts(with: [0xfe, 0xff])
    }

    mutating func next() -> (number: Int, line: ArraySlice<UInt8>)? {
        guard position < bytes.count else { return nil }
        line += 1
        let end = bytes[position...].firstIndex { $0 == 0x0a || $0 == 0x0d } ?? bytes.count
        let content = bytes[position..<end]
        let isPair = end + 1 < bytes.count && bytes[end] == 0x0d && bytes[end + 1] == 0x0a
        position = end + (isPair ? 2 : 1)
        return (line, content)
    }
}
