internal import GraftFiles

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The part of a file that has been downloaded so far: a hidden neighbour of the file's place, `.NAME.part`,
/// and beside it `.NAME.part.origin`, which says what it is a part of.
///
/// It outlives the process, so that a next one goes on where this one stopped. Its lock is held as long as
/// the object lives: one process at a time.
final class PartialFile {
    /// The place the whole file will have.
    private let path: String
    /// Where the bytes are.
    let partPath: String
    private var originPath: String { "\(partPath).origin" }
    private let lock: FileLock
    private var descriptor: Int32
    /// The number of bytes that are there.
    private(set) var count: Int
    /// What they are a part of, where that is known.
    private(set) var origin: DownloadOrigin?

    /// Opens the part of the file at `path`; `nil` while another process holds it.
    init?(of path: String) throws(FileError) {
        self.path = path
        partPath = path.beside(name: ".\(path.lastName).part")
        guard let lock = try FileLock(ifFreeMaking: partPath) else { return nil }
        // The holder before may have put the file in its place: what was locked then is the finished file.
        guard lock.isOf(partPath) else { return nil }
        self.lock = lock
        descriptor = unsafe partPath.withFileName {
            unsafe open($0, O_WRONLY | O_APPEND | O_CLOEXEC | O_NONBLOCK)
        }
        guard descriptor >= 0 else { throw FileError(path: path, doing: "written", errno: errno) }
        count = try FileStatus.of(partPath)?.byteCount ?? 0
        if count > 0, let text = try? FileContents.readStart("\(partPath).origin", count: 65_536) {
            origin = DownloadOrigin(String(decoding: text, as: UTF8.self))
        }
    }

    deinit {
        guard descriptor >= 0 else { return }
        close(descriptor)
        if count == 0 { unlinkBoth() }
    }

    /// Appends bytes.
    func append(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
        var rest = unsafe bytes[...]
        while unsafe !rest.isEmpty {
            let slice = unsafe UnsafeRawBufferPointer(rebasing: rest)
            let written = unsafe write(descriptor, slice.baseAddress, slice.count)
            if written < 0 {
                if errno == EINTR { continue }
                throw FileError(path: path, doing: "written", errno: errno)
            }
            count += written
            unsafe rest = rest.dropFirst(written)
        }
    }

    /// Says what the bytes are a part of.
    func remember(_ origin: DownloadOrigin) throws(FileError) {
        guard origin != self.origin else { return }
        try FileReplacement.write(origin.text, to: originPath)
        self.origin = origin
    }

    /// Forgets all bytes.
    func empty() throws(FileError) {
        guard ftruncate(descriptor, 0) == 0 else {
            throw FileError(path: path, doing: "written", errno: errno)
        }
        unsafe unlink(originPath)
        count = 0
        origin = nil
    }

    /// What the checksum of `expected`'s kind is for the bytes.
    func checksum(like expected: Checksum) throws(FileError) -> Checksum {
        try expected.found(inFile: partPath)
    }

    /// The bytes that the disk has left; `nil` where the system does not tell.
    var room: Int? {
        var status = statvfs()
        guard unsafe fstatvfs(descriptor, &status) == 0 else { return nil }
        return Int(
            clamping: UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize))
                .partialValue)
    }

    /// Makes the bytes durable and puts the file in its place.
    func land() throws(FileError) {
        guard fsync(descriptor) == 0, unsafe rename(partPath, path) == 0 else {
            throw FileError(path: path, doing: "written", errno: errno)
        }
        try FolderSynchronization.synchronizeFolder(ofFile: path)
        unsafe unlink(originPath)
        close(descriptor)
        descriptor = -1
    }

    /// Removes what is there, as nothing can be made of it.
    func remove() {
        guard descriptor >= 0 else { return }
        close(descriptor)
        descriptor = -1
        unlinkBoth()
    }

    private func unlinkBoth() {
        unsafe unlink(originPath)
        unsafe unlink(partPath)
    }
}

/// What a partial file is a part of: the address, and what the server said that tells one version of the file
/// from another.
struct DownloadOrigin: Hashable {
    var address: String
    var entityTag: String?
    var lastModified: String?
    var total: Int?

    init(address: String, head: ResponseHead, total: Int?) {
        self.address = address
        entityTag = head.entityTag
        lastModified = head.lastModified
        self.total = total
    }

    /// What to ask the server for the rest with, so that it sends the whole file where it has another one by
    /// now.
    ///
    /// Weak entity tags do not promise the same bytes (RFC 9110, 13.1.5).
    var condition: String? {
        if let entityTag, !entityTag.hasPrefix("W/") { return entityTag }
        return lastModified
    }

    /// The value in lines of "name value".
    var text: String {
        var lines = ["address \(address)"]
        if let entityTag { lines.append("etag \(entityTag)") }
        if let lastModified { lines.append("modified \(lastModified)") }
        if let total { lines.append("total \(total)") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Reads what ``text`` gave; `nil` where no address is in it.
    init?(_ text: String) {
        var values: [Substring: String] = [:]
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: " ", maxSplits: 1)
            if parts.count == 2 { values[parts[0]] = String(parts[1]) }
        }
        guard let address = values["address"] else { return nil }
        self.address = address
        entityTag = values["etag"]
        lastModified = values["modified"]
        total = values["total"].flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil }
    }
}
