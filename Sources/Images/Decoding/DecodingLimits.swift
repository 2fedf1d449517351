internal import GraftFiles

/// What reading one picture may take: a file may claim anything, and a few bytes may claim terabytes.
///
/// What a picture needs is computed from the head of its file before it is taken.
package struct DecodingLimits: Sendable, Hashable {
    /// The most pixels, unless more are allowed: 200 million.
    package static let usualPixelCount = 200_000_000

    /// The most pixels a picture may have.
    package let pixelCount: Int

    /// The limits for pictures of so many pixels at most.
    package init(pixelCount: Int = usualPixelCount) { self.pixelCount = max(pixelCount, 1) }

    /// The most bytes of memory, file and picture among them: 700 MB unless more pixels are allowed, and never
    /// less than 64 MiB.
    package var memory: Int { max(.claimed(pixelCount, 7) / 2, 64 << 20) }

    /// The most bytes that are unpacked, counting each sample as it is stored.
    var storedBytes: Int { .claimed(pixelCount, 8) }

    /// The most blocks of a JPEG that all scans together go through; there may be any number of scans.
    var blockVisits: Int { pixelCount / 4 }

    /// The most bytes of a file.
    package var fileSize: Int { memory }

    /// Lets no picture be decoded that takes more.
    ///
    /// - Throws: ``ImageError``.
    func check(_ header: PictureHeader, fileSize: Int, name: String) throws(ImageError) {
        let (width, height) = (header.width, header.height)
        guard Int.claimed(width, height) <= pixelCount else {
            throw .tooLarge(
                name, found: "claims to have \(width) x \(height) pixels",
                expected: "at most \(pixelCount.millions)")
        }
        guard header.blockVisits <= blockVisits, header.storedBytes <= storedBytes else {
            throw .tooLarge(
                name,
                found: header.blockVisits > blockVisits
                    ? "has more scans than a picture of \(width) x \(height) pixels can need"
                    : "unpacks to \(header.storedBytes.megabytes) of samples",
                expected: header.blockVisits > blockVisits ? nil : "at most \(storedBytes.megabytes)")
        }
        let need = need(header, fileSize: fileSize)
        guard need <= memory else {
            throw .tooLarge(
                name,
                found: "takes \(need.megabytes) of memory to decode (\(width) x \(height) pixels)",
                expected: "at most \(memory.megabytes)")
        }
        guard MachineMemory.has(need) else {
            throw ImageError(
                .tooLarge,
                Problem(
                    name,
                    found: "takes \(need.megabytes) of memory to decode, more than the machine has left",
                    remedy: "Scale it down, or end other programs"))
        }
    }

    /// The bytes that reading a picture takes: its file, once or twice, the decoder's and the finished
    /// picture's.
    func need(_ header: PictureHeader, fileSize: Int) -> Int {
        Int.claimed(header.width, header.height, 3).addingClaimed(header.decoderBytes)
            .addingClaimed(header.rowBytes).addingClaimed(fileSize).addingClaimed(header.reduced?.count ?? 0)
    }
}

extension Int {
    /// "700 MB", for sizes of at least some megabytes.
    var megabytes: String {
        self < 10_000_000_000 ? "\((self + 500_000) / 1_000_000) MB" : "\(self / 1_000_000_000) GB"
    }
}

extension Int {
    /// "200 million" where it is that, else all digits.
    fileprivate var millions: String {
        self >= 1_000_000 && self % 1_000_000 == 0 ? "\((self / 1_000_000).grouped) million" : grouped
    }
}
