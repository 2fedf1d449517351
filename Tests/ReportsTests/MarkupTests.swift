import Testing

@testable import GraftReports

/// Escaping, Base64 and numbers.
@Suite struct MarkupTests {
    private func text(_ markup: Markup) -> String { String(decoding: markup.bytes, as: UTF8.self) }

    @Test func textsInLiteralsAreEscaped() {
        #expect(text("<b>\("<\"&'>")</b>") == "<b>&lt;&quot;&amp;&#39;&gt;</b>")
    }

    @Test func markupInLiteralsStaysAsItIs() {
        let inner: Markup = "<i>\(3)</i>"
        #expect(text("<b>\(inner)</b>") == "<b><i>3</i></b>")
    }

    @Test(arguments: [
        ("\u{0}", "\\u{0}"), ("\u{1F}", "\\u{1f}"), ("\u{7F}", "\\u{7f}"), ("\u{85}", "\\u{85}"),
        ("a\u{202E}b", "a\\u{202e}b"), ("\u{2066}", "\\u{2066}"), ("\u{FEFF}", "\\u{feff}"),
        ("\u{2028}", "\\u{2028}"), ("\u{FFFE}", "\\u{fffe}"), ("\u{1FFFF}", "\\u{1ffff}"),
        ("\r", "\\u{d}"), ("\r\n", "\\u{d}\\u{a}"), ("\n", "\\u{a}"),
    ])
    func hiddenCharactersAppearAsNumbers(name: String, shown: String) {
        #expect(text("\(name)") == shown)
    }

    @Test func lettersOfAllScriptsStay() {
        let name = "e\u{301} 日本語 العربية עברית 🐈‍⬛"
        #expect(text("\(name)").utf8.elementsEqual(name.utf8))
    }

    @Test func onlyTextsOfSeveralLinesKeepLineFeeds() {
        #expect(text("\(lines: "a\n\tb\u{0}")") == "a\n\tb\\u{0}")
    }

    // RFC 4648, section 10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func base64IsThatOfTheStandard(plain: String, letters: String) {
        #expect(Base64.text(of: Array(plain.utf8)) == letters)
    }

    @Test func base64UsesAllLettersInOrder() {
        // Three bytes for four six-bit numbers, counted from 0 to 63.
        var bytes: [UInt8] = []
        for first in stride(from: 0, to: 64, by: 4) {
            let group = first << 18 | (first + 1) << 12 | (first + 2) << 6 | (first + 3)
            bytes += [UInt8(group >> 16), UInt8(group >> 8 & 255), UInt8(group & 255)]
        }
        #expect(
            Base64.text(of: bytes) == "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    }

    @Test func onlyJPEGAndPNGBecomePictures() {
        #expect(EmbeddedPicture(Array("<svg onload='x'>".utf8)) == nil)
        #expect(EmbeddedPicture([]) == nil)
        #expect(EmbeddedPicture(nil) == nil)
        #expect(
            EmbeddedPicture(SampleContent.jpeg).map { text("\($0)") } == "data:image/jpeg;base64,/9j/4AECAw=="
        )
        #expect(
            EmbeddedPicture(SampleContent.png).map { text("\($0)") }
                == "data:image/png;base64,iVBORw0KGgoEBQ==")
    }

    @Test func numbersHaveTheDigitsThatAreAskedFor() {
        #expect(0.9876.fixed(3) == "0.988")
        #expect((-0.0004).fixed(3) == "0.000")
        #expect((-12345.678).fixed(1) == "−12,345.7")
        #expect(0.05.fixed(2) == "0.05")
        #expect(Double.nan.fixed(2) == "–")
        #expect(1e300.fixed(2) == "1e+300")
        #expect(0.00123.significant == "0.001230")
        #expect(1234567.0.significant == "1,234,567")
        #expect(0.873.percentage == "87.3%")
        #expect((-1.25).coordinate == "-1.3")
        #expect(7.0.coordinate == "7")
        #expect(1_234_567.grouped == "1,234,567")
        #expect((-123).grouped == "−123")
    }
}
