internal import GraftFiles

/// How much memory may be taken for one file's contents beyond the mapped file itself.
///
/// A small file can ask for huge amounts: by compression, by a stride of zero, by a thousand transposed views
/// of one storage. Honest files stay far below the limit, which grows with the file.
struct MemoryBudget {
    /// What is left, in bytes.
    private(set) var remaining: Int
    private let limit: Int

    /// The budget for a file of `fileSize` bytes: 16 times that, and 64 MiB.
    init(fileSize: Int) {
        limit = fileSize.multiplied(checked: 16)?.adding(checked: 64 << 20) ?? .max
        remaining = limit
    }

    /// Takes `byteCount` bytes for `subject`.
    mutating func take(_ byteCount: Int, for subject: String) throws(WeightFileError) {
        guard byteCount <= remaining else {
            throw .excessive(
                subject, "would take \(byteCount) bytes of memory",
                limit: "at most \(limit) for all of a file of its size")
        }
        remaining -= byteCount
    }
}
