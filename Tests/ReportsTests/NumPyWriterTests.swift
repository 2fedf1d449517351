import GraftReports
import Testing

@Suite struct NumPyWriterTests {
    @Test func headIsThatOfVersionOne() {
        let head = NumPyWriter(rows: 3, columns: 4).head
        #expect(Array(head.prefix(10)) == [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0, 118, 0])
        let text = String(decoding: head.dropFirst(10), as: UTF8.self)
        let dictionary = "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }"
        #expect(text == dictionary + String(repeating: " ", count: 117 - dictionary.utf8.count) + "\n")
    }

    @Test(arguments: [0, 1, 50_000, Int.max])
    func dataStartOnAMultipleOf64BytesForAnyShape(_ number: Int) {
        let head = NumPyWriter(rows: number, columns: number).head
        #expect(head.count == 128 && head.last == 0x0A)
        let text = String(decoding: head.dropFirst(10), as: UTF8.self)
        #expect(text.contains("'shape': (\(number), \(number)), }"))
    }

    @Test func numbersAreLittleEndian() {
        let bytes = NumPyWriter(rows: 1, columns: 2).bytes(ofRow: [1, -0.0])
        #expect(bytes == [0, 0, 0x80, 0x3F, 0, 0, 0, 0x80])
    }

    @Test func rowOfAnotherLengthIsRefused() async {
        await #expect(processExitsWith: .failure) {
            _ = NumPyWriter(rows: 1, columns: 2).bytes(ofRow: [1])
        }
    }
}
