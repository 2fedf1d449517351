/// CRC-32C, the checksum of records in event files.
///
/// It is the cyclic redundancy check with the polynomial of G. Castagnoli and others, "Optimization of Cyclic
/// Redundancy-Check Codes with 24 and 32 Parity Bits" (1993), in the form of RFC 3720, appendix B.4.
enum CRC32C {
    /// The polynomial 0x1EDC6F41 with its bits in reverse order.
    private static let polynomial: UInt32 = 0x82F6_3B78

    /// What one byte does to the remainder, for each of the 256 bytes.
    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { remainder, _ in
            remainder & 1 == 0 ? remainder >> 1 : remainder >> 1 ^ polynomial
        }
    }

    /// The checksum of `bytes`.
    static func checksum(_ bytes: [UInt8]) -> UInt32 {
        let table = table
        var remainder = UInt32.max
        for byte in bytes {
            remainder = remainder >> 8 ^ table[Int(UInt8(truncatingIfNeeded: remainder) ^ byte)]
        }
        return ~remainder
    }

    /// The checksum of `bytes` as records hold it: rotated by 15 bits, plus a constant.
    ///
    /// A checksum of data that hold their own checksum says little; the mask avoids this. Rotation and
    /// constant are those of TensorFlow's record format (`tensorflow/core/lib/hash/crc32c.h`).
    static func masked(_ bytes: [UInt8]) -> UInt32 {
        let plain = checksum(bytes)
        return (plain >> 15 | plain << 17) &+ 0xA282_EAD8
    }
}
