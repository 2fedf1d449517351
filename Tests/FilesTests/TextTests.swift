import GraftFiles
import Testing

@Suite struct TextTests {
    @Test func sizesAreReadAsPeopleWriteThem() {
        #expect(ByteCount("500MB")?.value == 500_000_000)
        #expect(ByteCount("2 GiB")?.value == 2_147_483_648)
        #expect(ByteCount("1.5g")?.value == 1_500_000_000)
        #expect(ByteCount("12")?.value == 12)
        for wrong in ["", "MB", "-1MB", "1XB", "1e400GB", "nan"] {
            #expect(ByteCount(wrong) == nil, "\(wrong)")
        }
    }

    @Test func numbersHaveCommasBetweenThousands() {
        #expect(
            [0, 999, 1000, 25_636_712, -1234].map(\.grouped) == ["0", "999", "1,000", "25,636,712", "-1,234"])
    }

    @Test func linesAreBrokenBetweenWords() {
        #expect("one two three".wrapped(to: 7) == ["one two", "three"])
        #expect("one indivisible word".wrapped(to: 5) == ["one", "indivisible", "word"])
        #expect("".wrapped(to: 5).isEmpty)
    }
}
