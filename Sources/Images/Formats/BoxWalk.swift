/// The boxes of a file of the ISO base media format: HEIC, AVIF, JPEG 2000, JPEG XL.
///
/// Source: ISO/IEC 14496-12, section 4.2.
struct BoxWalk: Sequence, IteratorProtocol {
    /// One box: its type, and where its content lies.
    struct Box {
        var type: String
        var content: Range<Int>
    }

    private let file: FileBytes
    private let end: Int
    private var position: Int

    /// The boxes in a part of a file; the whole file where no part is given.
    init(_ file: FileBytes, in part: Range<Int>? = nil) {
        self.file = file
        position = part?.lowerBound ?? 0
        end = Swift.min(part?.upperBound ?? file.count, file.count)
    }

    /// The next box that lies in the file as a whole.
    mutating func next() -> Box? {
        guard position < end, let short = file.long(position), end - position >= 8 else { return nil }
        var (size, head) = (short, 8)
        if short == 1 {
            guard let long = file.number(position + 8, bytes: 8) else { return nil }
            (size, head) = (long, 16)
        } else if short == 0 {
            size = end - position
        }
        guard size >= head, size <= end - position else { return nil }
        let box = Box(type: file.text(at: position + 4, count: 4), content: position + head..<position + size)
        position += size
        return box
    }

    /// Whether a file ends within a box.
    ///
    /// What is no box at all, such as text behind the last one, is no end missing.
    static func isCutShort(_ file: FileBytes) -> Bool {
        var walk = BoxWalk(file)
        while walk.next() != nil {}
        guard walk.position < file.count else { return false }
        let type = file.bytes[
            Swift.min(walk.position + 4, file.count)..<Swift.min(walk.position + 8, file.count)]
        return type.allSatisfy { (0x20...0x7e).contains($0) }
    }
}
