internal import GraftFiles

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A file on this machine, named by its path or by a file:// address.
struct LocalSource {
    private let path: String

    /// The file that `address` names; `nil` for an address of another kind.
    init?(_ address: String) {
        if address.lowercased().hasPrefix("file://") {
            let rest = address.dropFirst("file://".count)
            let local = rest.hasPrefix("localhost/") ? rest.dropFirst("localhost".count) : rest
            guard local.hasPrefix("/"), let path = LocalSource.withoutPercents(local) else { return nil }
            self.path = path
        } else if address.firstRange(ofText: "://") == nil, !address.isEmpty {
            path = address
        } else {
            return nil
        }
    }

    /// Copies the file, from its beginning.
    func copy(
        for download: Download, into part: PartialFile, isCancelled: () -> Bool,
        report: (DownloadEvent) -> Void
    ) throws {
        do {
            try part.empty()
            let source = unsafe path.withFileName { unsafe open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
            guard source >= 0 else { throw FileError(path: path, doing: "opened", errno: errno) }
            defer { close(source) }
            guard let status = try FileStatus.of(path), status.kind == .file else {
                throw FileError(.other, Problem(path, found: "is not a regular file", expected: "a file"))
            }
            if let size = download.size, status.byteCount != size {
                throw DownloadError.size(path, found: status.byteCount, expected: size)
            }
            if status.byteCount > download.greatestSize {
                throw DownloadError.tooLarge(path, limit: download.greatestSize, isExact: false)
            }
            if let room = part.room, room < status.byteCount {
                throw DownloadError.noRoom(download.path, needed: status.byteCount, free: room)
            }
            try copy(source, into: part, total: status.byteCount, isCancelled, report)
        } catch {
            // The source is still there: nothing is gained by keeping a part of the copy.
            part.remove()
            throw (error as? FileError).map { DownloadError($0) } ?? error
        }
    }

    private func copy(
        _ source: Int32, into part: PartialFile, total: Int, _ isCancelled: () -> Bool,
        _ report: (DownloadEvent) -> Void
    ) throws {
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            if isCancelled() { throw CancellationError() }
            let count = unsafe buffer.withUnsafeMutableBytes { unsafe read(source, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw FileError(path: path, doing: "read", errno: errno) }
            if count == 0 { return }
            try unsafe buffer.withUnsafeBytes {
                try unsafe part.append(UnsafeRawBufferPointer(rebasing: $0[..<count]))
            }
            report(.progress(received: part.count, total: total))
        }
    }

    /// The text with "%20" as a blank and so on; `nil` where a percent sign stands before anything else.
    private static func withoutPercents(_ text: some StringProtocol) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = rest.prefix(2).compactMap { Character(UnicodeScalar($0)).hexDigitValue }
            guard digits.count == 2 else { return nil }
            bytes.append(UInt8(digits[0] << 4 | digits[1]))
            rest = rest.dropFirst(2)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
