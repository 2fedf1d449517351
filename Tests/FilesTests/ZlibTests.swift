import GraftFiles
import Testing

@Suite struct ZlibTests {
    /// "abc".
    let packed: [UInt8] = [0x78, 0x9c, 0x4b, 0x4c, 0x4a, 0x06, 0x00, 0x02, 0x4d, 0x01, 0x27]

    @Test func bytesAreUnpacked() {
        #expect(Zlib.decompress(packed, limit: 3) == Array("abc".utf8))
        #expect(Zlib.decompress(packed, limit: 100) == Array("abc".utf8))
    }

    @Test func damagedCutOrTooLongBytesAreRefused() {
        #expect(Zlib.decompress(packed, limit: 2) == nil)
        #expect(Zlib.decompress(packed.dropLast(), limit: 3) == nil)
        #expect(Zlib.decompress(packed.dropLast() + [0], limit: 3) == nil)
        #expect(Zlib.decompress([], limit: 3) == nil)
        #expect(Zlib.decompress([1, 2, 3], limit: 0) == nil)
    }
}
