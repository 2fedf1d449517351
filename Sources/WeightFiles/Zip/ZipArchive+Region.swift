internal import GraftFiles

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

extension ZipArchive {
    /// The bytes of an entry: the part of the mapped file where they are stored, or else unpacked into
    /// memory.
    ///
    /// libzip does not tell where an entry lies. The place found here counts only if the bytes there are
    /// those that libzip gives, checksum included.
    func region(of entry: Entry, budget: inout MemoryBudget) throws(WeightFileError) -> ByteRegion {
        let subject = "\(path): \(entry.name)"
        guard let start = storedPlace(of: entry), entry.byteCount <= file.count - start else {
            return ByteRegion(try read(entry, budget: &budget), subject: subject)
        }
        var piece = [UInt8](repeating: 0, count: 1 << 18)
        var position = start
        var isSame = true
        var failure: WeightFileError?
        unsafe piece.withUnsafeMutableBytes { memory in
            do throws(WeightFileError) {
                try unsafe unpack(entry) { wanted in
                    unsafe UnsafeMutableRawBufferPointer(rebasing: memory[..<min(wanted, memory.count)])
                } use: { found in
                    let range = position..<(position + found.count)
                    let isEqual = unsafe file.withBytes { bytes in
                        let stored = unsafe UnsafeRawBufferPointer(rebasing: bytes[range])
                        // libzip hands out at least one byte, so both have an address.
                        guard let start = stored.baseAddress, let other = found.baseAddress
                        else { return false }
                        return unsafe memcmp(start, other, found.count) == 0
                    }
                    isSame = isSame && isEqual
                    position = range.upperBound
                }
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        guard isSame else { return ByteRegion(try read(entry, budget: &budget), subject: subject) }
        return ByteRegion(file, start..<(start + entry.byteCount), subject: subject)
    }

    /// Where the bytes of an entry start if it is stored uncompressed and the archive is small enough to need
    /// no 64-bit fields (PKWARE's "APPNOTE.TXT", 4.3); `nil` otherwise.
    private func storedPlace(of entry: Entry) -> Int? {
        let region = ByteRegion(file)
        func number(_ place: Int, _ width: Int) -> Int? {
            guard place >= 0, place <= region.count - width else { return nil }
            return region.bytes(place..<(place + width)).reversed().reduce(0) { $0 << 8 | Int($1) }
        }
        // A comment may follow the end of the directory.
        let first = max(file.count - ZipFormat.endLength - ZipFormat.commentLimit, 0)
        guard file.count >= ZipFormat.endLength,
            let end = (first...(file.count - ZipFormat.endLength)).last(where: {
                number($0, 4) == ZipFormat.directoryEnd
            }),
            var place = number(end + 16, 4), let count = number(end + 10, 2)
        else { return nil }
        for index in 0..<count {
            guard number(place, 4) == ZipFormat.directoryEntry, let method = number(place + 10, 2),
                let size = number(place + 24, 4), let nameLength = number(place + 28, 2),
                let extraLength = number(place + 30, 2), let commentLength = number(place + 32, 2),
                let header = number(place + 42, 4)
            else { return nil }
            if index == entry.index {
                guard method == 0, size == entry.byteCount, number(header, 4) == ZipFormat.localHeader,
                    let localName = number(header + 26, 2), let localExtra = number(header + 28, 2)
                else { return nil }
                let start = header + ZipFormat.localHeaderLength + localName + localExtra
                return start <= file.count ? start : nil
            }
            place += ZipFormat.directoryEntryLength + nameLength + extraLength + commentLength
        }
        return nil
    }
}
