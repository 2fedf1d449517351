import GraftFiles
import Testing

import class Foundation.FileManager

@Suite struct RewritingTests {
    @Test func writtenBytesAreReplacedWhereTheyAre() throws {
        let path =
            FileManager.default.temporaryDirectory.path + "/graft-files-\(UInt64.random(in: 0 ... .max))"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let file = try FileReplacement(path)
        try file.write([1, 2, 3, 4, 5])
        try file.rewrite([20, 30], at: 1)
        try file.write([6])
        try file.commit(isDurable: false)
        #expect(try FileContents.read(path) == [1, 20, 30, 4, 5, 6])
    }

    @Test func aChecksumGoesOnFromTheOneBefore() {
        // The check value of CRC-32 ("A Painless Guide to CRC Error Detection Algorithms", 1993).
        let bytes = Array("123456789".utf8)
        #expect(Zlib.checksum(bytes) == 0xcbf4_3926)
        for split in 0...bytes.count {
            let start = Zlib.checksum(Array(bytes[..<split]))
            let whole = unsafe bytes[split...].withUnsafeBytes { unsafe Zlib.checksum($0, start: start) }
            #expect(whole == 0xcbf4_3926)
        }
        #expect(unsafe Zlib.checksum(UnsafeRawBufferPointer(start: nil, count: 0), start: 5) == 5)
    }
}
