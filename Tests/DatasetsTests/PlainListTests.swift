import GraftDatasets
import GraftFiles
import Testing

/// Plain texts of paths, lists of Pascal VOC, and numbers of lists.
@Suite struct PlainListTests {
    let work: Workspace

    init() throws { work = try Workspace() }

    func open(_ text: String, _ name: String = "list.csv") throws -> any Dataset {
        try work.write(Array(text.utf8), to: name)
        return try DatasetReader.open(work.path + "/" + name)
    }

    // MARK: Plain texts

    @Test func pathsStandOnLinesOrBetweenZeroBytes() {
        func paths(_ bytes: [UInt8]) -> [String] { PathLines.paths(in: bytes) }
        #expect(paths(Array("a.jpg\nb c.jpg\r\n\n-dash.png".utf8)) == ["a.jpg", "b c.jpg", "-dash.png"])
        #expect(paths(Array("\u{feff}a.jpg\nb.jpg\n".utf8)) == ["a.jpg", "b.jpg"])
        #expect(paths(Array("a\nb.jpg\0c.jpg\0".utf8)) == ["a\nb.jpg", "c.jpg"])
        #expect(paths(Array("a.jpg\rb.jpg\r".utf8)) == ["a.jpg", "b.jpg"])
        #expect(paths([0x61, 0xe9, 0x0a]).map(\.fileNameBytes) == [[0x61, 0xe9]])
        #expect(paths([]).isEmpty && paths([0, 0x0a]).map(\.utf8.count) == [1])
    }

    @Test func pathsOfAStreamAreToldWhenTheyAreWhole() {
        var lines = PathStream()
        #expect(lines.append(Array("\u{feff}a.j".utf8)).isEmpty)
        #expect(lines.append(Array("pg\r\n".utf8)) == ["a.jpg"])
        #expect(lines.append(Array("b.jpg\n\nc.jpg\nd".utf8)) == ["b.jpg", "c.jpg"])
        #expect(lines.end() == ["d"] && lines.end().isEmpty)
        // The first piece with a separator says which it is.
        var zeros = PathStream()
        #expect(zeros.append(Array("two\nlines\0".utf8)) == ["two\nlines"])
        #expect(zeros.append(Array("x\ny".utf8)).isEmpty)
        #expect(zeros.append([0]) == ["x\ny"])
        // Cut anywhere, it is the same list.
        let bytes = Array("a b.jpg\r\n-c.png\n\u{e4}.gif".utf8)
        for cut in 0...bytes.count {
            var stream = PathStream()
            let first = stream.append(Array(bytes[..<cut]))
            #expect(first + stream.append(Array(bytes[cut...])) + stream.end() == PathLines.paths(in: bytes))
        }
    }

    @Test func plainTextIsLookedAtAndSaysNoClasses() async throws {
        try work.write(Workspace.picture(1), to: "a.tif")
        try work.write(Array("a.tif\nb.tif\na.tif\n".utf8), to: "list.txt")
        let path = work.path + "/list.txt"
        let data = try ListDataset(unlabelled: path)
        let report = DoctorReport(data, try await Doctor.examine(data, threads: 1))
        #expect(report.usableCount == 1)
        #expect(report.findings(.leftOut).map(\.message) == ["b.tif does not exist."])
        let error = #expect(throws: DatasetError.self) { try DatasetReader.open(path) }
        #expect(error?.code == .noClasses)
        #expect(error?.description.contains("list.txt is a plain text, which says no classes") == true)
        let other = #expect(throws: DatasetError.self) { try DatasetReader.open(work.path + "/a.tif") }
        #expect(other?.description.contains("a.tif is a file, and no list of pictures") == true)
    }

    @Test func namesInVOCListsMayHaveSpaces() throws {
        func annotate(_ name: String) throws {
            try work.write(
                Array("<annotation><object><name>cat</name></object></annotation>".utf8),
                to: "Annotations/\(name).xml")
            try work.write(Workspace.picture(name.utf8.count), to: "JPEGImages/\(name).jpg")
        }
        for name in ["my photo 1", "plain", "two  spaces", "x 1"] { try annotate(name) }
        try work.write(
            Array("my photo 1\rplain 1\rtwo  spaces  \rx 1\rgone for good\r".utf8),
            to: "ImageSets/Main/train.txt")
        let data = try VOCDataset(work.path)
        #expect(
            data.samples.map(\.path) == [
                "JPEGImages/my photo 1.jpg", "JPEGImages/plain.jpg", "JPEGImages/two  spaces.jpg",
                "JPEGImages/x 1.jpg", "JPEGImages/gone for good.jpg",
            ])
        #expect(data.samples.dropLast().allSatisfy { $0.examine().examination.isUsable })
    }

    // MARK: Numbers

    @Test func numbersThatDifferAfterTheSeventhDigitAreKept() async throws {
        for number in 0..<4 { try work.write(Workspace.picture(number), to: "\(number).tif") }
        let data = try open(
            "path,time\n0.tif,1600000001\n1.tif,1600000002.5\n2.tif,1600000003\n3.tif,1600000004\n")
        #expect(
            data.samples.map(\.target.numbers) == [
                [1_600_000_001], [1_600_000_002.5], [1_600_000_003], [1_600_000_004],
            ])
        let report = DoctorReport(data, try await Doctor.examine(data, threads: 1))
        #expect(
            report.findings(.warning).map(\.message).contains {
                $0.hasPrefix("The number time is near") && $0.contains("answers have seven digits")
            })
    }

    @Test func lineOfAHundredThousandNumbersIsRead() throws {
        let numbers = (0..<100_000).map { "\"n\($0)\":\($0)" }.joined(separator: ",")
        let data = try open(#"{"path":"a.tif","numbers":{"# + numbers + "}}", "list.jsonl")
        #expect(data.samples[0].target.numbers.count == 100_000)
        #expect(data.samples[0].target.numbers.last == 99_999)
    }
}
