internal import GraftCZip
internal import GraftFiles

/// A zip archive in a mapped file, read with libzip.
@safe final class ZipArchive {
    /// One file in the archive.
    struct Entry {
        let index: UInt64
        /// Its path in the archive.
        let name: String
        /// Its size when unpacked, as the archive says.
        let byteCount: Int
    }

    /// The path of the archive.
    let path: String
    /// All files in it, by name.
    let entries: [String: Entry]

    private let handle: OpaquePointer
    // libzip reads from the mapping as long as the archive is open.
    let file: MappedFile

    /// Opens the archive and checks its table of contents.
    init(_ file: MappedFile) throws(WeightFileError) {
        self.file = file
        path = file.path
        var error = unsafe zip_error_t()
        unsafe zip_error_init(&error)
        defer { unsafe zip_error_fini(&error) }
        let source = unsafe file.withBytes { bytes in
            unsafe zip_source_buffer_create(bytes.baseAddress, UInt64(bytes.count), 0, &error)
        }
        guard let source = unsafe source else {
            throw .damaged(file.path, "cannot be read as a zip archive: \(unsafe ZipArchive.text(&error))")
        }
        guard let handle = unsafe zip_open_from_source(source, ZIP_RDONLY, &error) else {
            unsafe zip_source_free(source)
            throw .damaged(
                file.path, "is a zip archive that cannot be opened: \(unsafe ZipArchive.text(&error))")
        }
        unsafe self.handle = handle
        do throws(WeightFileError) {
            entries = try unsafe ZipArchive.list(handle, file)
        } catch {
            // The initialiser fails before there is an object whose `deinit` would do it.
            unsafe zip_discard(handle)
            throw error
        }
    }

    deinit { unsafe zip_discard(handle) }

    /// Unpacks an entry into `target`, which is as long as the entry says it is, and checks its checksum.
    func read(_ entry: Entry, into target: UnsafeMutableRawBufferPointer) throws(WeightFileError) {
        precondition(target.count == entry.byteCount)
        var filled = 0
        try unsafe unpack(entry) { wanted in
            unsafe UnsafeMutableRawBufferPointer(rebasing: target[filled..<(filled + wanted)])
        } use: { piece in
            filled += piece.count
        }
    }

    /// Unpacks an entry piece by piece and checks its checksum.
    ///
    /// - Parameters:
    ///   - buffer: Gives memory for at most so many bytes, and for one at least.
    ///   - use: Is handed what was put there.
    func unpack(
        _ entry: Entry, into buffer: (Int) -> UnsafeMutableRawBufferPointer,
        use: (UnsafeMutableRawBufferPointer) -> Void
    ) throws(WeightFileError) {
        let subject = "\(path): \(entry.name)"
        guard let stream = unsafe zip_fopen_index(handle, entry.index, 0) else {
            throw .damaged(subject, "cannot be opened: \(unsafe ZipArchive.text(zip_get_error(handle)))")
        }
        defer { unsafe zip_fclose(stream) }
        var filled = 0
        while filled < entry.byteCount {
            let rest = unsafe buffer(entry.byteCount - filled)
            let count = unsafe zip_fread(stream, rest.baseAddress, UInt64(rest.count))
            guard count > 0 else {
                let reason = count == 0 ? "it ends early" : unsafe ZipArchive.text(zip_file_get_error(stream))
                throw .damaged(subject, "cannot be unpacked: \(reason)")
            }
            unsafe use(UnsafeMutableRawBufferPointer(rebasing: rest[..<Int(count)]))
            filled += Int(count)
        }
        // libzip compares the checksum when it finds the end.
        var beyond: UInt8 = 0
        guard unsafe zip_fread(stream, &beyond, 1) == 0 else {
            let code = unsafe zip_error_code_zip(zip_file_get_error(stream))
            throw .damaged(
                subject,
                code == ZIP_ER_CRC
                    ? "has another checksum than when it was written" : "is longer than it says")
        }
    }

    /// Unpacks an entry.
    func read(_ entry: Entry, budget: inout MemoryBudget) throws(WeightFileError) -> [UInt8] {
        try budget.take(entry.byteCount, for: "\(path): \(entry.name)")
        var bytes = [UInt8](repeating: 0, count: entry.byteCount)
        var failure: WeightFileError?
        unsafe bytes.withUnsafeMutableBytes { target in
            do throws(WeightFileError) { try unsafe read(entry, into: target) } catch { failure = error }
        }
        if let failure { throw failure }
        return bytes
    }

    private static func list(
        _ handle: OpaquePointer, _ file: MappedFile
    ) throws(WeightFileError) -> [String: Entry] {
        var entries: [String: Entry] = [:]
        var packed = 0
        for index in 0..<UInt64(max(unsafe zip_get_num_entries(handle, 0), 0)) {
            var status = unsafe zip_stat_t()
            unsafe zip_stat_init(&status)
            guard unsafe zip_stat_index(handle, index, 0, &status) == 0, let cName = unsafe status.name,
                let size = unsafe Int(exactly: status.size),
                let packedSize = unsafe Int(exactly: status.comp_size)
            else { throw .damaged(file.path, "has a zip entry \(index) without a name or size") }
            let name = unsafe String(cString: cName)
            let method = unsafe Int32(status.comp_method)
            guard unsafe status.encryption_method == ZIP_EM_NONE,
                method == ZIP_CM_STORE || method == ZIP_CM_DEFLATE
            else {
                throw WeightFileError(
                    .unsupported,
                    Problem(
                        "\(file.path): \(name)",
                        found: "is encrypted or compressed in a way that Graft does not read",
                        expected: "a stored or deflated entry",
                        remedy: "Load it with PyTorch and save it again"))
            }
            guard let sum = packed.adding(checked: packedSize), sum <= file.count,
                method != ZIP_CM_STORE || size == packedSize
            else {
                throw .damaged(file.path, "has zip entries that overlap, or are larger than the file")
            }
            packed = sum
            let entry = Entry(index: index, name: name, byteCount: size)
            guard entries.updateValue(entry, forKey: name) == nil else {
                throw .damaged(file.path, "has two zip entries named \(name)")
            }
        }
        return entries
    }

    private static func text(_ error: UnsafeMutablePointer<zip_error_t>?) -> String {
        guard let error = unsafe error, let text = unsafe zip_error_strerror(error) else {
            return "no reason given"
        }
        return unsafe String(cString: text)
    }
}
