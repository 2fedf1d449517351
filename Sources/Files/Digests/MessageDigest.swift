#if canImport(CryptoKit)
    internal import CryptoKit
#else
    internal import GraftCCrypto
#endif

/// The digests of the system's own cryptography: CryptoKit on Apple's systems, OpenSSL elsewhere.
enum MessageDigest {
    /// The kinds that are computed piece by piece.
    enum Kind { case sha256, md5 }

    /// The digest of a file's bytes, read piece by piece; `nil` where the system's policy forbids its kind.
    ///
    /// - Throws: ``FileError`` where the file cannot be read or is not a regular file.
    static func digest(ofFile path: String, _ kind: Kind) throws(FileError) -> [UInt8]? {
        #if canImport(CryptoKit)
            var sha256 = SHA256()
            var md5 = Insecure.MD5()
            try unsafe FileContents.forEachPiece(path) { piece in
                unsafe kind == .sha256
                    ? sha256.update(bufferPointer: piece) : md5.update(bufferPointer: piece)
            }
            return kind == .sha256 ? Array(sha256.finalize()) : Array(md5.finalize())
        #else
            guard let context = unsafe EVP_MD_CTX_new() else { return nil }
            defer { unsafe EVP_MD_CTX_free(context) }
            guard unsafe EVP_DigestInit_ex(context, kind == .sha256 ? EVP_sha256() : EVP_md5(), nil) == 1
            else { return nil }
            try unsafe FileContents.forEachPiece(path) { piece in
                _ = unsafe EVP_DigestUpdate(context, piece.baseAddress, piece.count)
            }
            var count: UInt32 = 0
            var bytes = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
            guard unsafe EVP_DigestFinal_ex(context, &bytes, &count) == 1 else { return nil }
            return Array(bytes.prefix(Int(count)))
        #endif
    }

    /// The 32 bytes of the SHA-256.
    static func sha256(_ content: UnsafeRawBufferPointer) -> [UInt8] {
        #if canImport(CryptoKit)
            return unsafe Array(SHA256.hash(data: content))
        #else
            // Every build of OpenSSL has it, whatever else it leaves out.
            guard let digest = unsafe digest(content, EVP_sha256()) else {
                preconditionFailure("OpenSSL computes no SHA-256")
            }
            return digest
        #endif
    }

    /// The 16 bytes of the MD5; `nil` where the system's policy forbids it.
    static func md5(_ content: UnsafeRawBufferPointer) -> [UInt8]? {
        #if canImport(CryptoKit)
            return unsafe Array(Insecure.MD5.hash(data: content))
        #else
            return unsafe digest(content, EVP_md5())
        #endif
    }

    #if !canImport(CryptoKit)
        private static func digest(_ content: UnsafeRawBufferPointer, _ kind: OpaquePointer?) -> [UInt8]? {
            var count: UInt32 = 0
            var bytes = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
            let isDone = unsafe EVP_Digest(content.baseAddress, content.count, &bytes, &count, kind, nil)
            return isDone == 1 ? Array(bytes.prefix(Int(count))) : nil
        }
    #endif
}
