import Foundation
import GraftReports
import Testing

@Suite struct TensorBoardEventsTests {
    @Test func fileIsTheOneThatTensorBoardsOwnWriterMakes() throws {
        let fixture = try Data(contentsOf: ConformanceFixture.url("tensorboard_events.bin"))
        #expect(ReportSamples.events == [UInt8](fixture))
    }

    @Test func versionIsTheWholeRecord() {
        let bytes = TensorBoardEvents.version(wallTime: 1)
        #expect(bytes.prefix(8) == [24, 0, 0, 0, 0, 0, 0, 0])
        let time: [UInt8] = [0x09, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F]
        #expect(Array(bytes[12..<36]) == time + [0x1A, 13] + Array("brain.Event:2".utf8))
        #expect(bytes.count == 40)
    }

    @Test func numberThatIsZeroIsWrittenAllTheSame() {
        let bytes = TensorBoardEvents.scalar("a", 0, step: 0, wallTime: 0)
        // The event's summary, its value, the tag, and the number's field 2 with four bytes.
        #expect(Array(bytes.dropLast(4).suffix(12)) == [0x2A, 10, 0x0A, 8, 0x0A, 1, 0x61, 0x15, 0, 0, 0, 0])
    }

    @Test func negativeStepTakesTenBytes() {
        let bytes = TensorBoardEvents.scalar("a", 0, step: -1, wallTime: 0)
        #expect(Array(bytes[12..<23]) == [0x10] + [UInt8](repeating: 0xFF, count: 9) + [1])
    }

    @Test func imagesAreNumbered() {
        let bytes = TensorBoardEvents.images("x", ReportSamples.images, step: 1, wallTime: 1)
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.contains("x/image/0") && text.contains("x/image/1") && !text.contains("x/image/2"))
    }

    @Test func nameOfAFileSaysWhenWhereAndByWhom() {
        let name = TensorBoardEvents.fileName(seconds: 1_700_000_000, host: "node-1.lab", process: 42)
        #expect(name == "events.out.tfevents.1700000000.node-1.lab.42")
    }

    @Test func namesOfFilesAreInTheOrderOfTime() {
        let names = [999_999_999, 1_000_000_000].map {
            TensorBoardEvents.fileName(seconds: $0, host: "a", process: 1)
        }
        #expect(names.sorted() == names)
    }

    @Test(arguments: [("a/../b c\0é", "a-..-b-c--"), ("", "localhost")])
    func nameOfAHostCannotLeaveTheFolder(_ host: String, _ expected: String) {
        let name = TensorBoardEvents.fileName(seconds: 0, host: host, process: 1)
        #expect(name == "events.out.tfevents.0000000000.\(expected).1")
    }
}
