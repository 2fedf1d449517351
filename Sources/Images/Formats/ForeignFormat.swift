internal import GraftFiles

/// A kind of picture file that Graft knows of and does not read.
package enum ForeignFormat {
    /// What cameras' RAW files end in, lower-case, without the dot.
    ///
    /// Most are TIFF inside, whose first picture is a small preview.
    package static let rawEndings: Set<String> = [
        "3fr", "ari", "arq", "arw", "bay", "cap", "cr2", "cr3", "crw", "dcr", "dcs", "dng", "erf", "fff",
        "gpr", "iiq", "k25", "kdc", "mdc", "mef", "mos", "mrw", "nef", "nrw", "orf", "pef", "ptx", "pxn",
        "r3d", "raf", "raw", "rw2", "rwl", "rwz", "sr2", "srf", "srw", "x3f",
    ]

    /// What such a file is, worded to follow its name, where its name or its first bytes tell; `nil` for
    /// anything else.
    ///
    /// - Parameters:
    ///   - name: The file's name or path.
    ///   - start: Its first bytes, some dozens.
    package static func found(name: String, start: [UInt8]) -> String? {
        let file = FileBytes(start)
        if isRaw(file) { return rawWords }
        // A name alone makes no RAW file: text called .raw is text.
        let isContainer = TIFFHeader.isStart(of: file) || file.holds("ftyp", at: 4)
        if isContainer, rawEndings.contains(name.ending) { return rawWords }
        return others.first { file.holds($0.signature, at: $0.offset) }.map { "is a \($0.name) file" }
    }

    static let rawWords = "is a camera's RAW file"

    /// RAW files that their first bytes tell: Canon's, Olympus', Panasonic's, Fujifilm's, Sigma's, Minolta's.
    private static func isRaw(_ file: FileBytes) -> Bool {
        let signatures: [(String, Int)] = [
            ("CR", 8), ("IIRO", 0), ("IIRS", 0), ("MMOR", 0), ("IIU\0", 0), ("FUJIFILMCCD-RAW", 0),
            ("ftypcrx ", 4), ("FOVb", 0), ("\0MRM", 0), ("HEAPCCDR", 6),
        ]
        return signatures.contains { signature, offset in
            file.holds(signature, at: offset) && (signature != "CR" || TIFFHeader.isStart(of: file))
        }
    }

    private static let others: [(name: String, signature: String, offset: Int)] = [
        ("Photoshop", "8BPS", 0), ("PDF", "%PDF", 0), ("OpenEXR", "\u{76}\u{2f}\u{31}\u{01}", 0),
        ("Radiance HDR", "#?RADIANCE", 0), ("Radiance HDR", "#?RGBE", 0), ("SVG", "<svg", 0),
        ("FITS", "SIMPLE  =", 0), ("GIMP", "gimp xcf", 0), ("DICOM", "DICM", 128), ("DirectDraw", "DDS ", 0),
        ("DjVu", "AT&TFORM", 0),
    ]
}
