#if canImport(CryptoKit)
    internal import CryptoKit
#else
    internal import GraftCCrypto
#endif

/// The digests of the system's own cryptography: CryptoKit on Apple's systems, OpenSSL elsewhere.
enum MessageDigest {
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
