import GraftFiles
import Testing

@Suite struct ProtobufMessageTests {
    // The example of https://protobuf.dev/programming-guides/encoding: field 1 is 150.
    @Test func integersHaveSevenBitsAByte() {
        var message = ProtobufMessage()
        message.add(1, 150)
        message.add(2, 127)
        message.add(3, 128)
        message.add(1, 0)
        #expect(message.bytes == [0x08, 0x96, 0x01, 0x10, 0x7F, 0x18, 0x80, 0x01, 0x08, 0x00])
    }

    @Test func negativeIntegersTakeTenBytes() {
        var message = ProtobufMessage()
        message.add(3, -1)
        message.add(3, Int.min)
        #expect(
            message.bytes
                == [0x18] + [UInt8](repeating: 0xFF, count: 9) + [0x01]
                + [0x18] + [UInt8](repeating: 0x80, count: 9) + [0x01])
    }

    @Test func fieldNumbersFrom16OnTakeTwoBytes() {
        var message = ProtobufMessage()
        message.add(15, 1)
        message.add(16, 1)
        message.add(20, 7)
        #expect(message.bytes == [0x78, 0x01, 0x80, 0x01, 0x01, 0xA0, 0x01, 0x07])
    }

    @Test func numbersAreFourBytesLowestFirst() {
        var message = ProtobufMessage()
        message.add(2, Float(-0.5))
        #expect(message.bytes == [0x15, 0x00, 0x00, 0x00, 0xBF])
    }

    @Test func textsAreUTF8WithTheirLength() {
        var message = ProtobufMessage()
        message.add(2, "Bär")
        message.add(1, "")
        #expect(message.bytes == [0x12, 0x04, 0x42, 0xC3, 0xA4, 0x72, 0x0A, 0x00])
    }

    @Test func messagesAreBytesInMessages() {
        var inner = ProtobufMessage()
        inner.add(1, 150)
        var message = ProtobufMessage()
        message.add(3, inner)
        #expect(message.bytes == [0x1A, 0x03, 0x08, 0x96, 0x01])
    }

    @Test func headsSayHowManyBytesFollow() {
        var message = ProtobufMessage()
        message.addHead(9, byteCount: 300)
        #expect(message.bytes == [0x4A, 0xAC, 0x02])
    }
}
