/// Where the bytes of a file go, from front to back. Bytes that were written can be replaced.
package protocol ByteOutput: AnyObject {
    /// Appends bytes.
    func write(_ bytes: UnsafeRawBufferPointer) throws(FileError)

    /// Replaces bytes that were written, from `offset` on.
    ///
    /// - Precondition: as many bytes were written there.
    func rewrite(_ bytes: [UInt8], at offset: Int) throws(FileError)
}

extension ByteOutput {
    /// Appends bytes.
    package func write(_ bytes: [UInt8]) throws(FileError) {
        var failure: FileError?
        unsafe bytes.withUnsafeBytes { buffer in
            do throws(FileError) { try unsafe write(buffer) } catch { failure = error }
        }
        if let failure { throw failure }
    }
}
