import Testing

@testable import GraftReports

@Suite struct EventRecordTests {
    @Test(
        arguments: [
            ("123456789", 0xE306_9283), ("", 0), ("a", 0xC1D0_4330),
            // 32 zeros and 32 times 0xFF: RFC 3720, B.4, has the second.
            (String(repeating: "\0", count: 32), 0x8A91_36AA),
        ] as [(String, UInt32)])
    func checksumIsTheStandards(_ text: String, _ expected: UInt32) {
        #expect(CRC32C.checksum(Array(text.utf8)) == expected)
    }

    @Test func checksumOfSetBitsIsTheStandards() {
        #expect(CRC32C.checksum([UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
    }

    @Test func maskRotatesAndAdds() {
        // 0xE3069283 rotated to the right by 15 bits is 0x2507C60D.
        #expect(CRC32C.masked(Array("123456789".utf8)) == 0x2507_C60D &+ 0xA282_EAD8)
    }

    @Test func recordHoldsLengthDataAndBothChecksums() {
        let data = Array("123456789".utf8)
        let length: [UInt8] = [9, 0, 0, 0, 0, 0, 0, 0]
        let record = EventRecord.bytes(data)
        #expect(record.count == 9 + 16)
        #expect(Array(record[..<8]) == length)
        #expect(number(record[8..<12]) == CRC32C.masked(length))
        #expect(Array(record[12..<21]) == data)
        // The masked checksum: 0xC78AB0E5.
        #expect(Array(record[21...]) == [0xE5, 0xB0, 0x8A, 0xC7])
    }

    private func number(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }
}
