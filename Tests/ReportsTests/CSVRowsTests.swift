import GraftReports
import Testing

@Suite struct CSVRowsTests {
    @Test func headNamesTheColumns() {
        #expect(text(CSVRows(featureCount: 3).head) == "path,label,f0,f1,f2\n")
        #expect(text(CSVRows(featureCount: 0).head) == "path,label\n")
    }

    @Test(arguments: [
        ("plain", "plain"), ("a,b", "\"a,b\""), ("say \"a\"", "\"say \"\"a\"\"\""), ("a\nb", "\"a\nb\""),
        ("a\rb", "\"a\rb\""), ("a\r\nb", "\"a\r\nb\""), ("Größe 花", "Größe 花"), ("", ""), (" a", " a"),
        ("\"", "\"\"\"\""), ("e\u{301},", "\"e\u{301},\""), (",\u{301}", "\",\u{301}\""),
    ])
    func fieldsAreQuotedWhereTheyMustBe(_ name: String, _ field: String) {
        let line = CSVRows(featureCount: 1).bytes(path: name, label: name, features: [0.5])
        #expect(line == Array("\(field),\(field),0.5\n".utf8))
    }

    @Test func numbersAreShortAndReadBackTheSame() {
        let numbers: [Float] = [
            0.1, 1 / 3, -0.0, 1, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 16_777_216, 1e-5,
            .infinity, -.infinity,
            .nan,
        ]
        let line = text(CSVRows(featureCount: 11).bytes(path: "a", label: "b", features: numbers))
        #expect(
            line
                == "a,b,0.1,0.33333334,-0.0,1.0,1e-45,3.4028235e+38,16777216.0,1e-05,inf,-inf,nan\n")
    }

    @Test func anyNumberReadsBackToTheSameBits() {
        for row in ReportSamples.rows {
            let line = text(CSVRows(featureCount: 33).bytes(path: "", label: "", features: row))
            let fields = line.dropLast().split(separator: ",", omittingEmptySubsequences: false).dropFirst(2)
            #expect(fields.count == row.count)
            for (field, number) in zip(fields, row) {
                let read = Float(field)
                #expect(number.isNaN ? field == "nan" : read?.bitPattern == number.bitPattern)
            }
        }
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
