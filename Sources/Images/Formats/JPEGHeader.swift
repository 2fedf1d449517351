/// The segments of a JPEG file, without what they code.
///
/// Source: ITU-T T.81, annex B.
struct JPEGHeader {
    private struct Component {
        var identifier: Int
        var across: Int
        var down: Int
        /// For each coefficient, the bit that the last scan reached; `nil` where none has come.
        var lowestBit: [Int?] = Array(repeating: nil, count: 64)
    }

    private(set) var width = 0
    private(set) var height = 0
    private var components: [Component] = []
    /// The kind of frame: the last digit of its marker.
    private var kind = 0
    private var precision = 8
    private var isFrameFound = false
    private var scans = 0
    private var blockVisits = 0
    /// Whether all there is stands in one scan, which is decoded row by row.
    private var isOneScan = false
    /// Whether a marker says that the picture is at its end.
    private(set) var hasEnd = false

    /// - Parameter isComplete: whether the file is read to its end, though nothing more is needed.
    /// - Throws: ``HeaderFlaw``.
    init(_ file: FileBytes, isComplete: Bool = false) throws(HeaderFlaw) {
        var position = 2
        while let marker = Self.marker(in: file, from: &position) {
            // Markers without a length: the end, restarts, the start of a picture.
            if marker == 0xd9 {
                hasEnd = true
                break
            }
            if (0xd0...0xd8).contains(marker) || marker == 0x01 { continue }
            guard let length = file.short(position) else { break }
            guard length >= 2 else { throw .damaged }
            let start = position + 2
            position += length
            guard position <= file.count else { break }
            switch marker {
            case 0xc4, 0xc8, 0xcc: break
            case 0xc0...0xcf: try readFrame(file, marker & 0xf, start)
            case 0xf7: throw .unsupported("is a JPEG-LS picture")
            case 0xda:
                try readScan(file, start)
                if isOneScan && !isComplete { return }
            default: break
            }
        }
        guard isFrameFound, scans > 0 else {
            guard hasEnd else { throw .cutShort }
            throw .damaged
        }
    }

    /// Whether every coefficient of every component has come to its last bit.
    var isWhole: Bool {
        components.allSatisfy { $0.lowestBit.allSatisfy { $0 == 0 } }
    }

    /// What decoding takes.
    ///
    /// - Throws: ``HeaderFlaw`` where it is of a kind that libjpeg does not decode.
    func picture() throws(HeaderFlaw) -> PictureHeader {
        guard [0, 1, 2, 9, 10].contains(kind) else {
            throw .unsupported(
                [3, 7, 11, 15].contains(kind)
                    ? "is a lossless JPEG picture" : "is a hierarchical JPEG picture")
        }
        guard precision == 8 else { throw .unsupported("has \(precision)-bit samples") }
        guard [1, 3, 4].contains(components.count) else {
            throw .unsupported("has \(components.count) bands")
        }
        guard height > 0 else { throw .unsupported("tells its height behind its data") }
        guard width > 0 else { throw .damaged }
        var header = PictureHeader(width: width, height: height)
        header.bandCount = components.count
        header.blockVisits = blockVisits
        // Of several scans all coefficients are kept, 64 of 2 bytes to a block.
        if !isOneScan { header.decoderBytes = .claimed(blockCount, 128) }
        return header
    }

    private var blockCount: Int { components.reduce(0) { $0.addingClaimed(blocks($1)) } }

    private func blocks(_ component: Component) -> Int {
        let most = (
            across: components.map(\.across).max() ?? 1, down: components.map(\.down).max() ?? 1
        )
        func extent(_ size: Int, _ part: Int, _ most: Int) -> Int {
            (size + 8 * most - 1) / (8 * most) * part
        }
        return .claimed(
            extent(width, component.across, most.across), extent(height, component.down, most.down))
    }

    private mutating func readFrame(_ file: FileBytes, _ kind: Int, _ start: Int) throws(HeaderFlaw) {
        guard !isFrameFound else { throw .damaged }
        guard let precision = file.byte(start), let height = file.short(start + 1),
            let width = file.short(start + 3), let count = file.byte(start + 5)
        else { throw .cutShort }
        (self.kind, self.precision, self.height, self.width) = (kind, precision, height, width)
        for index in 0..<count {
            guard let identifier = file.byte(start + 6 + 3 * index),
                let sampling = file.byte(start + 7 + 3 * index)
            else { throw .cutShort }
            guard (1...4).contains(sampling >> 4), (1...4).contains(sampling & 0xf) else { throw .damaged }
            components.append(
                Component(identifier: identifier, across: sampling >> 4, down: sampling & 0xf))
        }
        guard !components.isEmpty else { throw .damaged }
        isFrameFound = true
    }

    private mutating func readScan(_ file: FileBytes, _ start: Int) throws(HeaderFlaw) {
        guard isFrameFound else { throw .damaged }
        guard let count = file.byte(start) else { throw .cutShort }
        let isProgressive = kind & 0x3 == 2
        scans += 1
        if scans == 1 { isOneScan = !isProgressive && count == components.count }
        guard let first = file.byte(start + 1 + 2 * count), let last = file.byte(start + 2 + 2 * count),
            let bits = file.byte(start + 3 + 2 * count)
        else { throw .cutShort }
        let range = isProgressive ? first...max(first, last) : 0...63
        guard range.upperBound < 64 else { throw .damaged }
        for index in 0..<count {
            guard let identifier = file.byte(start + 1 + 2 * index) else { throw .cutShort }
            for component in components.indices where components[component].identifier == identifier {
                for coefficient in range {
                    components[component].lowestBit[coefficient] = isProgressive ? bits & 0xf : 0
                }
                blockVisits = blockVisits.addingClaimed(blocks(components[component]))
            }
        }
    }

    /// The next marker, skipping coded data and stray bytes, and leaves the position behind it.
    private static func marker(in file: FileBytes, from position: inout Int) -> Int? {
        unsafe file.bytes.withUnsafeBufferPointer { bytes -> Int? in
            while position + 1 < bytes.count {
                guard unsafe bytes[position] == 0xff else {
                    position += 1
                    continue
                }
                let code = unsafe bytes[position + 1]
                // A zero behind it makes it a byte of data, and another one fills.
                if code == 0xff {
                    position += 1
                } else if code == 0 {
                    position += 2
                } else {
                    position += 2
                    return Int(code)
                }
            }
            return nil
        }
    }
}
