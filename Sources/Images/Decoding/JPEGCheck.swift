internal import GraftCJPEG

/// Tells a JPEG file that is broken from one that is merely odd, by decoding it with every warning in view.
enum JPEGCheck {
    /// A file whose picture is whole, with an end where it lacks one.
    ///
    /// - Throws: ``HeaderFlaw`` where some of the picture did not come from data.
    static func repaired(_ file: FileBytes) throws(HeaderFlaw) -> [UInt8]? {
        let header = try JPEGHeader(file, isComplete: true)
        let found = unsafe file.bytes.withUnsafeBytes { bytes in
            unsafe graft_jpeg_check(bytes.baseAddress, bytes.count)
        }
        // Where damage looks like a marker, the decoder misses the end, though it is there.
        let isMarked = file.holds([0xff, 0xd9], at: file.count - 2)
        let lacksEnd = !isMarked && (found.lacks_end != 0 || !header.hasEnd)
        guard found.is_broken == 0 else { throw .damaged }
        guard found.lacks_data == 0, found.gave_up == 0 else { throw lacksEnd ? .cutShort : .damaged }
        guard lacksEnd else { return nil }
        // Of pictures in several scans, later ones may be missing as a whole.
        guard header.isWhole else { throw .cutShort }
        return file.bytes + [0xff, 0xd9]
    }
}
