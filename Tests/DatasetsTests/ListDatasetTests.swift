import GraftDatasets
import GraftFiles
import GraftImages
import Testing

@Suite struct ListDatasetTests {
    let work: Workspace

    init() throws {
        work = try Workspace()
        for (index, name) in ["a", "b", "c", "d"].enumerated() {
            try work.write(Workspace.picture(index), to: "pictures/\(name).tif")
        }
    }

    func open(_ text: String, _ name: String = "list.csv", task: LearningTask? = nil) throws -> any Dataset {
        try work.write(Array(text.utf8), to: name)
        return try DatasetReader.open(work.path + "/" + name, options: DatasetOptions(task: task))
    }

    func message(_ text: String, _ name: String = "list.csv", task: LearningTask? = nil) -> String? {
        do { _ = try open(text, name, task: task) } catch {
            return "\(error)".replacing(work.path + "/", with: "")
        }
        return nil
    }

    func flaws(_ data: any Dataset) async throws -> [String] {
        DoctorReport(data, try await Doctor.examine(data, threads: 1)).findings(.leftOut).map(\.message)
    }

    @Test func tableOfLabels() throws {
        let data = try open(
            "\u{feff}path,label,part\r\npictures/a.tif,\"dog, \"\"small\"\"\",train\r\n\r\n./pictures/b.tif,cat,val\r\n"
        )
        #expect(data.task == .classification)
        #expect(data.classes == ["cat", "dog, \"small\""])
        #expect(data.samples.map(\.path) == ["pictures/a.tif", "pictures/b.tif"])
        #expect(data.samples.map(\.target) == [.label(1), .label(0)])
        #expect(data.samples.map(\.part) == [.train, .validation])
        #expect(data.samples.allSatisfy { $0.examine().examination.isUsable })
    }

    @Test(arguments: [
        ("path,labels\na,x;y\nb,y|z\nc,\nd,new york", ["new york", "x", "y", "z"]),
        ("path,labels\na,x y\nb,y z\nc,\nd,y", ["x", "y", "z"]),
        ("path;labels\na;x|y\nb;z\nc;\nd;y", ["x", "y", "z"]),
    ]) func tableOfSeveralLabels(text: String, classes: [String]) throws {
        let data = try open(text)
        #expect(data.task == .multiLabel)
        #expect(data.classes == classes)
        let names = data.samples.map { sample in sample.target.classes.map { data.classes[$0] } }
        #expect(names[0] == ["x", "y"] && names[2] == [])
    }

    @Test func tableOfNumbers() async throws {
        let data = try open(
            "path\twidth\theight\npictures/a.tif\t1.5\t-2e1\npictures/b.tif\tnan\t1\npictures/c.tif\t\t1\n"
                + "pictures/d.tif\t1e99\t1\n",
            "list.tsv")
        #expect(data.task == .regression)
        #expect(data.classes == ["width", "height"])
        #expect(data.samples[0].target == .numbers([1.5, -20]))
        #expect(
            try await flaws(data) == [
                "pictures/b.tif (line 3 of list.tsv) has the width nan; expected a finite number.",
                "pictures/c.tif (line 4 of list.tsv) has no width; expected a number.",
                "pictures/d.tif (line 5 of list.tsv) has the width 1e99; expected a finite number.",
            ])
        #expect(Doctor.obstacles(to: data, data.samples.map(\.assumedUsable)).count == 1)
    }

    @Test func missingPicturesAndLabelsAreNamedWithTheirLines() async throws {
        let data = try open("path,label\npictures/a.tif,x\n\"pictures/\ngone.tif\",y\npictures/b.tif,\n")
        #expect(
            try await flaws(data) == [
                "pictures/\\ngone.tif (line 3 of list.csv) does not exist.",
                "pictures/b.tif (line 5 of list.csv) has no label; expected the name of a class.",
            ])
        #expect(data.classes == ["x", "y"])
    }

    @Test func columnsWithoutEffectAreTold() throws {
        let data = try open("path,label,width\na,x,1\nb,y,2")
        let sentence = "The column width is not used: what is learned is classification."
        #expect(data.inventory.leftOut.map(\.message) == [sentence])
        #expect(data.inventory.leftOut.map(\.severity) == [.leftOut])
        let numbers = try open("path,label,width\na,x,1\nb,y,2", task: .regression)
        #expect(numbers.classes == ["width"])
        #expect(
            numbers.inventory.leftOut.map(\.message) == [
                "The column label is not used: what is learned is regression."
            ])
    }

    @Test(arguments: [
        ("", "list.csv, line 1 is empty; expected a header with the names of columns."),
        ("path,label\n", "list.csv lists no pictures."),
        (
            "file,label\na,x",
            "list.csv, line 1 names the columns file, label; expected path, and label, labels or columns of numbers. "
                + "Call the column with the paths of the pictures path."
        ),
        (
            "path\na",
            "list.csv, line 1 has nothing to learn; expected a column label or labels, or columns of numbers."
        ),
        (
            "path,label,label\na,x,y",
            "list.csv, line 1 names the column label twice; expected a name of its own for each column."
        ),
        (
            ",path,width\nx,a,1",
            "list.csv, line 1 has a column without a name; expected a name for each number. Name the column, or remove it."
        ),
        (
            "path,label\na,x,y\n",
            "list.csv, line 2 has 3 fields; expected 2, one for each column of the header."
        ),
        ("path,label\na,\"x\n\n", "list.csv, line 2 has a quotation mark that is never closed."),
        (
            "path,label\n\na,x\"y\"\n",
            "list.csv, line 3 has a quotation mark inside of a field; expected two of them, in a field in quotation marks."
        ),
        (
            "path,label\na,\"x\"y\n",
            "list.csv, line 2 has more behind the quotation marks of a field; expected the next field, or the end of the line."
        ),
        ("path,label\n,x", "list.csv, line 2 has no path; expected the path of a picture."),
        (
            "path,label\na\0b,x",
            "list.csv, line 2 has a zero byte in its path; expected the path of a picture."
        ),
        (
            "path,label\na,x\nb,y\na,y",
            "list.csv, line 4 names a again, as line 2 did; expected a picture once. "
                + "Put all that is to be learned from it into one line."
        ),
        (
            "path,label,part\na,x,other",
            "list.csv, line 2 has the part other; expected train, validation or test."
        ),
        ("path,label,part\na,x,", "list.csv, line 2 has no part; expected train, validation or test."),
        (
            "path,width\na,wide",
            "list.csv, line 2 has the width wide; expected a number. "
                + "Call the column label or labels if it names classes; remove it if it is not to be learned."
        ),
        (
            "path,label,labels\na,x,y",
            "list.csv has a column label and a column labels; expected one of them. "
                + "Say which with the task: classification or multi-label."
        ),
    ]) func badTablesAreErrors(text: String, sentence: String) {
        #expect(message(text) == sentence)
    }

    @Test func taskMustSuitTheList() throws {
        #expect(
            message("path,label\na,x", task: .multiLabel)
                == "The task multi-label does not suit list.csv, which has a column label; expected a column labels."
        )
        #expect(try open("path,label,labels\na,x,y", task: .multiLabel).classes == ["y"])
        let error = #expect(throws: DatasetError.self) {
            try DatasetReader.open(work.path + "/list.csv", options: DatasetOptions(labelPattern: "{label}"))
        }
        #expect(
            error?.description
                == "The label pattern {label} has no effect on \(work.path)/list.csv, which is a CSV list. Leave it out."
        )
    }

    @Test func jsonLines() throws {
        let one = try open(
            """
            {"path": "pictures/a.tif", "label": "x", "part": "train", "note": 1}

            {"path": "pictures/b.tif", "label": 7, "part": "test"}
            """, "list.jsonl")
        #expect(one.classes == ["7", "x"])
        #expect(one.samples.map(\.target) == [.label(1), .label(0)])
        #expect(one.samples.map(\.part) == [.train, .test])
        #expect(
            one.inventory.leftOut.map(\.message) == [
                "The key note is not used: what is learned is classification."
            ])
        let many = try open(
            #"{"path":"a","labels":["y","x","y"]}"# + "\n" + #"{"path":"b","labels":[]}"#, "list.jsonl")
        #expect(many.samples.map(\.target) == [.labels([0, 1]), .labels([])])
        let numbers = try open(
            #"{"path":"a","numbers":{"width":1.5,"age":3}}"# + "\n"
                + #"{"path":"b","numbers":{"age":4,"width":-1e1}}"#, "list.jsonl")
        #expect(numbers.classes == ["width", "age"])
        #expect(numbers.samples.map(\.target) == [.numbers([1.5, 3]), .numbers([-10, 4])])
    }

    @Test func jsonLinesWithoutATargetAreLeftOut() async throws {
        let data = try open(
            """
            {"path": "pictures/a.tif", "numbers": {"width": 1, "age": 2}}
            {"path": "pictures/b.tif"}
            {"path": "pictures/c.tif", "numbers": {"width": 1}}
            {"path": "pictures/d.tif", "numbers": {"width": 1, "age": 1e40}}
            """, "list.jsonl")
        #expect(
            try await flaws(data) == [
                "pictures/b.tif (line 2 of list.jsonl) has no numbers; expected what is to be learned.",
                "pictures/c.tif (line 3 of list.jsonl) has no age; expected a number.",
                "pictures/d.tif (line 4 of list.jsonl) has the age 1e40; expected a finite number.",
            ])
    }

    @Test(arguments: [
        ("{}", "list.jsonl, line 1 has nothing to learn; expected a key label, labels or numbers."),
        ("[1]", "list.jsonl, line 1 is no object; expected one like {\"path\": …}."),
        ("\n{\"path\": ", "list.jsonl, line 2 ends too early; expected a JSON object."),
        (
            #"{"path": 3, "label": "x"}"#,
            "list.jsonl, line 1 has a value of path that makes no sense; expected a text in quotation marks."
        ),
        (#"{"label": "x"}"#, "list.jsonl, line 1 has no path; expected the path of a picture."),
        (
            #"{"path": "a", "label": [1]}"#,
            "list.jsonl, line 1 has a value of label that makes no sense; expected names of classes."
        ),
        (
            #"{"path": "a", "labels": "x"}"#,
            "list.jsonl, line 1 has a value of labels that makes no sense; expected an array like [\"cat\", \"dog\"]."
        ),
        (#"{"path": "a", "numbers": {}}"#, "list.jsonl, line 1 has no numbers; expected one or more."),
        (
            #"{"path": "a", "numbers": {"x": "1"}}"#,
            "list.jsonl, line 1 has a value of x that makes no sense; expected a number."
        ),
        (
            #"{"path": "a", "numbers": {"x": 1}}"# + "\n" + #"{"path": "b", "numbers": {"x": 1, "y": 2}}"#,
            "list.jsonl, line 2 has the number y, which lines before it do not have; expected x."
        ),
        (
            #"{"path": "a", "label": "x", "part": "train"}"# + "\n" + #"{"path": "b", "label": "x"}"#,
            "list.jsonl, line 2 has no part; expected train, validation or test."
        ),
        (
            #"{"path": "a", "path": "b"}"#,
            "list.jsonl, line 1 has the key path twice; expected a JSON object."
        ),
        ("", "list.jsonl lists no pictures."),
    ]) func badJSONLinesAreErrors(text: String, sentence: String) {
        #expect(message(text, "list.jsonl") == sentence)
    }

    @Test(arguments: [
        ("list.csv", "\u{feff}path,labels,part\r\n\"a \"\"1\"\"\",x;ü,train\r\nb,,val\r\n"),
        ("list.tsv", "path\twidth\ta b\na\t1\t2\nb\tnan\t-3.5e2\n"),
        (
            "list.jsonl",
            #"{"path":"a\u00e9","label":"x\ud83d\ude00"}"# + "\n"
                + #"{"path":"b","label":12,"k":[null,true]}"#
        ),
        ("list.jsonl", #"{"path":"a","numbers":{"w":1.5e0,"h":-0}}"#),
    ]) func damagedListsNeverCrash(name: String, text: String) throws {
        let good = Array(text.utf8)
        func read(_ bytes: [UInt8]) throws -> Bool {
            try work.write(bytes, to: name)
            do { return try !ListDataset(work.path + "/" + name).samples.isEmpty } catch {
                #expect(!"\(error)".isEmpty)
                return false
            }
        }
        #expect(try read(good))
        for length in good.indices { _ = try read(Array(good[..<length])) }
        for position in good.indices {
            for flip: UInt8 in [1, 2, 0x20, 0x80, 0xff] {
                var bytes = good
                bytes[position] ^= flip
                _ = try read(bytes)
            }
        }
    }
}
