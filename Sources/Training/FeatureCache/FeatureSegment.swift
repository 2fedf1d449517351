internal import GraftFiles
internal import Synchronization

/// A published segment file, mapped: records that can be read, never changed.
///
/// Header and tables are checked on opening, each record when it is first asked for.
final class FeatureSegment: Sendable {
    let file: MappedFile
    let layout: FeatureSegmentLayout
    private let findings: Mutex<Findings>

    private struct Findings {
        /// One bit a record: read before, and sound.
        var sound: [UInt64]
        var damaged: Set<Int> = []
    }

    /// What a file that should be a segment turns out to be.
    enum Opening {
        case opened(FeatureSegment)
        /// The file is gone, as after a merge by another process.
        case missing
        /// The system does not let it be read.
        case unreadable(FileError)
        /// No segment of this collection or format; not ours to touch.
        case foreign(String)
        /// Once a segment of this collection, and certainly damaged.
        case damaged(String)
    }

    /// Opens the segment at `path`.
    static func open(_ path: String, of description: FeatureDescription) -> Opening {
        let file: MappedFile
        do {
            file = try MappedFile(path)
        } catch {
            return error.code == .missing ? .missing : .unreadable(error)
        }
        return unsafe file.withBytes { bytes in
            let start = unsafe bytes.prefix(FeatureSegmentLayout.magic.count)
            guard unsafe FeatureSegmentLayout.magic.starts(with: start) else {
                return .foreign("is no feature segment")
            }
            guard bytes.count >= FeatureSegmentLayout.headerByteCount else {
                return .damaged("is cut short after \(bytes.count) bytes")
            }
            let version = unsafe number(bytes, at: 8) & 0xffff_ffff
            guard version == UInt64(FeatureSegmentLayout.version) else {
                return .foreign("has format version \(version), not \(FeatureSegmentLayout.version)")
            }
            guard unsafe DigestWords(bytes, at: 16) == DigestWords(description.key) else {
                return .foreign("belongs to another collection")
            }
            guard let count = unsafe Int(exactly: number(bytes, at: 48)),
                unsafe number(bytes, at: 56) == UInt64(description.recordByteCount),
                let layout = FeatureSegmentLayout(
                    recordCount: count, recordByteCount: description.recordByteCount),
                count < UInt32.max
            else { return .damaged("has a header that cannot be") }
            guard bytes.count == layout.byteCount else {
                return .damaged("has \(bytes.count) bytes where its header says \(layout.byteCount)")
            }
            let tables = unsafe UnsafeRawBufferPointer(rebasing: bytes[72..<layout.tablesEnd])
            let header = unsafe UnsafeRawBufferPointer(rebasing: bytes[..<64])
            let checksum = unsafe FastChecksum.checksum(tables, seed: FastChecksum.checksum(header))
            guard unsafe checksum == number(bytes, at: 64) else {
                return .damaged("has tables that do not match their checksum")
            }
            return .opened(FeatureSegment(file, layout))
        }
    }

    private init(_ file: MappedFile, _ layout: FeatureSegmentLayout) {
        self.file = file
        self.layout = layout
        findings = Mutex(Findings(sound: Array(repeating: 0, count: (layout.recordCount + 63) / 64)))
    }

    var recordCount: Int { layout.recordCount }

    /// The number of records found to be damaged so far.
    var damagedCount: Int { findings.withLock { $0.damaged.count } }

    /// What to tell about the records found to be damaged so far; `nil` where all were sound.
    var damage: Problem? {
        let count = damagedCount
        guard count > 0 else { return nil }
        return Problem(
            file.path,
            found: "has \(count) of \(recordCount) records damaged; their features are computed again",
            remedy: "Check the disk if this happens again")
    }

    /// A record's digest.
    func digest(of record: Int) -> DigestWords {
        unsafe file.withBytes { bytes in
            unsafe DigestWords(
                bytes,
                at: FeatureSegmentLayout.headerByteCount + record * FeatureSegmentLayout.digestByteCount)
        }
    }

    /// The 32 bytes of a record's digest.
    func digestBytes(of record: Int) -> [UInt8] {
        let start = FeatureSegmentLayout.headerByteCount + record * FeatureSegmentLayout.digestByteCount
        return unsafe file.withBytes { bytes in
            unsafe Array(bytes[start..<start + FeatureSegmentLayout.digestByteCount])
        }
    }

    /// The checksum a record should have.
    func checksum(of record: Int) -> UInt64 {
        unsafe file.withBytes { unsafe FeatureSegment.number($0, at: layout.checksumsOffset + record * 8) }
    }

    /// Hands out a record's bytes for the time of the call.
    func withRecord<Result, Failure: Error>(
        _ record: Int, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let start = layout.offset(of: record)
        return try unsafe file.withBytes { (bytes) throws(Failure) in
            try unsafe body(
                UnsafeRawBufferPointer(rebasing: bytes[start..<start + layout.recordByteCount]))
        }
    }

    /// Whether a record matches its checksum; computed the first time only.
    func isSound(_ record: Int) -> Bool {
        let bit = UInt64(1) << UInt64(record % 64)
        let known: Bool? = findings.withLock { findings in
            if findings.sound[record / 64] & bit != 0 { return true }
            return findings.damaged.contains(record) ? false : nil
        }
        if let known { return known }
        let found = unsafe withRecord(record) { unsafe FastChecksum.checksum($0) }
        let isSound = found == checksum(of: record)
        findings.withLock { findings in
            if isSound { findings.sound[record / 64] |= bit } else { findings.damaged.insert(record) }
        }
        return isSound
    }

    private static func number(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> UInt64 {
        unsafe UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
}
