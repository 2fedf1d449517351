package import GraftFiles

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// One file to be fetched from one address to one place.
///
/// The file appears in its place whole and checked, or not at all. Until then its bytes are in a hidden
/// neighbour, ``PartialFile``, from which an interrupted download goes on. One process at a time: a second
/// one waits, and finds it done.
package struct Download: Sendable {
    /// Where the file is: https, http or file, or the path of a file.
    package var address: String
    /// Where it will be; the folder must exist.
    package var path: String
    /// Its size in bytes, where that is known.
    package var size: Int?
    /// Its checksum, where one is known.
    package var checksum: Checksum?
    /// The greatest number of bytes that are taken; ``size`` where that is known.
    package var limit: Int?
    /// Whether what is in the file's place is right, where size and checksum of what is fetched do not tell;
    /// asked only where something is there.
    package var isRight: (@Sendable () throws -> Bool)?
    /// Looks at the whole file at the path it is given before it takes its place, and throws where it is another
    /// one; nothing is kept then.
    package var inspect: (@Sendable (String) throws -> Void)?
    /// Puts what is in the file at the path it is given in its place, where a package is fetched and not the file
    /// itself.
    package var unpack: (@Sendable (String) throws -> Void)?

    /// A download.
    package init(_ address: String, to path: String, size: Int? = nil, checksum: Checksum? = nil) {
        self.address = address
        self.path = path
        self.size = size
        self.checksum = checksum
    }

    /// Fetches the file; blocks until it is there.
    ///
    /// - Parameters:
    ///   - isCancelled: whether to stop; asked ten times a second at least.
    ///   - report: told of what happens, on this thread, for each piece that arrives.
    /// - Throws: ``DownloadError``; `CancellationError` where it was cancelled, what has arrived being kept.
    @discardableResult
    package func run(
        settings: DownloadSettings = DownloadSettings(),
        isCancelled: @escaping () -> Bool = { Task.isCancelled },
        report: @escaping (DownloadEvent) -> Void = { _ in }
    ) throws -> DownloadOutcome {
        if try isThere() { return .alreadyThere }
        guard let part = try lockedPart(isCancelled, report) else { return .alreadyThere }
        if try isThere() {
            part.remove()
            return .alreadyThere
        }
        let before = part.count
        var attempts = DownloadAttempts(
            self, part: part, settings: settings, isCancelled: isCancelled, report: report)
        let source = LocalSource(address)
        if source == nil, !["http://", "https://"].contains(where: { address.lowercased().hasPrefix($0) }) {
            throw DownloadError.badAddress(address)
        }
        while true {
            if let source {
                try source.copy(for: self, into: part, isCancelled: isCancelled, report: report)
            } else {
                try attempts.receiveAll()
            }
            guard let flaw = try flaw(of: part) else { break }
            // A piece of another file may have come first: once more, from the beginning.
            guard attempts.hasResumed else {
                part.remove()
                throw flaw
            }
            try part.rethrowingEmpty()
            attempts.hasResumed = false
            report(.startingAnew(reason: "what was there did not belong to this file"))
        }
        let count = part.count
        try land(part)
        return .downloaded(bytes: count, resumedFrom: attempts.hasResumed ? before : 0)
    }

    /// Puts the whole file, or what is in it, in its place.
    private func land(_ part: PartialFile) throws {
        do {
            try inspect?(part.partPath)
        } catch {
            part.remove()
            throw error
        }
        if let unpack {
            try unpack(part.partPath)
            part.remove()
            return
        }
        do throws(FileError) { try part.land() } catch { throw DownloadError(error) }
    }

    /// The greatest number of bytes that are taken.
    var greatestSize: Int { size ?? limit ?? .max }

    // MARK: Checks

    /// Whether the right file is in its place.
    private func isThere() throws -> Bool {
        do {
            guard let status = try FileStatus.of(path), status.kind == .file else { return false }
            if let isRight { return try isRight() }
            if let size, status.byteCount != size { return false }
            guard let checksum else { return true }
            return try checksum.found(inFile: path) == checksum
        } catch {
            throw (error as? FileError).map { DownloadError($0) } ?? error
        }
    }

    /// What is wrong with the whole file that has arrived.
    private func flaw(of part: PartialFile) throws(DownloadError) -> DownloadError? {
        if let size, part.count != size { return .size(address, found: part.count, expected: size) }
        guard let checksum else { return nil }
        do throws(FileError) {
            let found = try part.checksum(like: checksum)
            return found == checksum ? nil : .checksum(address, found: found, expected: checksum)
        } catch {
            throw DownloadError(error)
        }
    }

    // MARK: One process at a time

    /// The part of the file, once no other process holds it; `nil` where the right file is in its place by
    /// then.
    private func lockedPart(
        _ isCancelled: () -> Bool, _ report: (DownloadEvent) -> Void
    ) throws -> PartialFile? {
        var isTold = false
        while true {
            do throws(FileError) {
                if let part = try PartialFile(of: path) { return part }
            } catch {
                throw DownloadError(error)
            }
            // Not held any more, or held and not finished: in both cases the file's own place tells.
            if try isThere() { return nil }
            if !isTold { report(.waiting) }
            isTold = true
            try Download.pause(.milliseconds(50), unless: isCancelled)
        }
    }

    /// Sleeps, but not through a cancellation.
    static func pause(
        _ duration: Duration, unless isCancelled: () -> Bool
    ) throws(CancellationError) {
        let end = ContinuousClock.now + duration
        while true {
            if isCancelled() { throw CancellationError() }
            let rest = end - ContinuousClock.now
            guard rest > .zero else { return }
            usleep(UInt32(min(rest.milliseconds, 50)) * 1000)
        }
    }
}

extension PartialFile {
    /// Forgets all bytes.
    func rethrowingEmpty() throws(DownloadError) {
        do throws(FileError) { try empty() } catch { throw DownloadError(error) }
    }
}
