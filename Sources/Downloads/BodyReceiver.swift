internal import GraftFiles

/// Takes the body of one answer into the partial file, once its head has been found to be right.
final class BodyReceiver {
    /// What made it refuse the body.
    private(set) var failure: DownloadError?
    /// The size of the whole file, as the server announces it.
    private(set) var total: Int?
    /// Whether the server sent the file from its beginning although the rest was asked for.
    private(set) var hasStartedAnew = false
    /// Whether bytes of this answer are in the partial file.
    private(set) var hasTaken = false

    private let download: Download
    private let part: PartialFile
    private let start: Int
    private let report: (DownloadEvent) -> Void
    private var hasBegun = false

    init(_ download: Download, part: PartialFile, start: Int, report: @escaping (DownloadEvent) -> Void) {
        self.download = download
        self.part = part
        self.start = start
        self.report = report
    }

    /// Takes bytes; whether more are wanted.
    func take(_ bytes: UnsafeRawBufferPointer, head: ResponseHead) -> Bool {
        // The body of a refusal is a page for people, however long.
        guard head.status == 200 || head.status == 206 else { return false }
        do throws(DownloadError) {
            try begin(head)
            if part.count == 0, unsafe BodyReceiver.isPage(bytes) { throw .page(download.address) }
            guard bytes.count <= download.greatestSize - part.count else {
                throw .tooLarge(download.address, limit: download.greatestSize, isExact: download.size != nil)
            }
            hasTaken = true
            do throws(FileError) { try unsafe part.append(bytes) } catch { throw DownloadError(error) }
            report(.progress(received: part.count, total: total ?? download.size))
            return true
        } catch {
            failure = error
            return false
        }
    }

    /// Looks at the head, before the first byte is taken.
    func begin(_ head: ResponseHead) throws(DownloadError) {
        guard !hasBegun else { return }
        hasBegun = true
        let address = download.address
        if head.isPage { throw .page(address) }
        if head.status == 206 {
            guard head.contentRange?.start == start else {
                throw .curl(address, reason: "the server sent another part than the one that was asked for")
            }
            // A sum that is no number is larger than any file.
            total = head.contentRange?.total ?? head.bodyLength.map { start.adding(checked: $0) ?? .max }
            if let total, total < start {
                throw .curl(address, reason: "the server says that the file is smaller than what is there")
            }
        } else {
            total = head.bodyLength
            if start > 0 {
                hasStartedAnew = true
                report(.startingAnew(reason: "the server sends it whole, or has another version"))
                try part.rethrowingEmpty()
            }
        }
        if let size = download.size, let total, total != size {
            throw .size(address, found: total, expected: size)
        }
        if let total, total > download.greatestSize {
            throw .tooLarge(address, limit: download.greatestSize, isExact: false)
        }
        if let total, let room = part.room, room < total - part.count {
            throw .noRoom(download.path, needed: total - part.count, free: room)
        }
        do throws(FileError) {
            try part.remember(DownloadOrigin(address: address, head: head, total: total))
        } catch {
            throw DownloadError(error)
        }
        report(.progress(received: part.count, total: total ?? download.size))
    }

    /// Whether bytes at a file's beginning are an HTML page's.
    private static func isPage(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let text = unsafe String(decoding: bytes.prefix(64), as: UTF8.self).lowercased()
        let start = text.drop { $0.isWhitespace }
        return start.hasPrefix("<!doctype html") || start.hasPrefix("<html")
    }
}
