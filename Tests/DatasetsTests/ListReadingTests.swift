import GraftDatasets
import GraftFiles
import Testing

/// How lists are read that could be read otherwise.
@Suite struct ListReadingTests {
    let work: Workspace

    init() throws { work = try Workspace() }

    func open(
        _ text: String, _ name: String = "list.csv", task: LearningTask? = nil, separator: String? = nil
    ) throws -> any Dataset {
        try work.write(Array(text.utf8), to: name)
        return try DatasetReader.open(
            work.path + "/" + name, options: DatasetOptions(task: task, labelSeparator: separator))
    }

    func message(_ text: String, _ name: String = "list.csv", task: LearningTask? = nil) -> String? {
        do { _ = try open(text, name, task: task) } catch {
            return "\(error)".replacing(work.path + "/", with: "")
        }
        return nil
    }

    // MARK: Labels

    @Test(
        arguments: [
            (
                ["cat,indoor", "dog,outdoor"], ["cat", "dog", "indoor", "outdoor"],
                "Labels are separated by commas."
            ),
            (
                ["cat, indoor", "traffic light"], ["cat", "indoor", "traffic light"],
                "Labels are separated by commas."
            ),
            (
                ["traffic light;car", "cat, the grey one"], ["car", "cat, the grey one", "traffic light"],
                "Labels are separated by semicolons or bars."
            ),
            (
                ["traffic light", "car"], ["car", "traffic light"],
                "Spaces belong to the names of classes: \"traffic light\" is one. If they separate labels, say so."
            ),
            (
                ["cat indoor", "dog indoor"], ["cat", "dog", "indoor"],
                "Labels are separated by spaces: \"cat indoor\" is several. If spaces belong to names, say what separates "
                    + "labels, such as ;."
            ),
            (["cat", "dog's"], ["cat", "dog's"], nil),
        ] as [([String], [String], String?)])
    func separatorsAreFoundOnceAndSaid(cells: [String], classes: [String], reading: String?) throws {
        let rows = cells.enumerated().map { "\($0).tif,\"\($1)\"\n" }.joined()
        let data = try open("path,labels\n" + rows)
        #expect(data.classes == classes)
        #expect(data.remarks.map(\.message) == [reading].compactMap(\.self))
    }

    @Test func separatorMayBeSaid() throws {
        let text = "path,labels\na.tif,cat indoor\nb.tif,dog indoor\n"
        #expect(try open(text, separator: ";").classes == ["cat indoor", "dog indoor"])
        #expect(try open(text, separator: " ").classes == ["cat", "dog", "indoor"])
        for (name, text) in [
            ("list.csv", "path,label\na.tif,x\nb.tif,y"),
            ("list.jsonl", #"{"path": "a.tif", "labels": ["x"]}"#),
        ] {
            let error = #expect(throws: DatasetError.self) { try open(text, name, separator: ";") }
            #expect(error?.description.contains("The label separator") == true)
        }
    }

    @Test(arguments: [
        "['cat', 'indoor']", "[\"\"cat\"\"]", "'cat', 'dog'", "\"\"cat\"\", \"\"dog\"\"", "{cat}",
        "cat, 'dog'", "[cat",
    ]) func bracketsAndQuotationMarksAreErrorsWithTheirLine(cell: String) {
        let found = message("path,labels\na.tif,\"x, y\"\nb.tif,\"\(cell)\"\n")
        #expect(found?.hasPrefix("list.csv, line 3 has the label ") == true, "\(String(describing: found))")
        #expect(found?.contains("expected names as they are, separated by semicolons: cat;indoor") == true)
    }

    @Test func oneLabelMayHoldMarksButNoListOfAProgram() throws {
        let data = try open("path,label\na.tif,\"cat, small\"\nb.tif,\"dog \"\"Rex\"\"\"\n")
        #expect(data.classes == ["cat, small", "dog \"Rex\""])
        #expect(
            data.remarks.map(\.message) == [
                "\"cat, small\" is one class: call the column labels if it is several."
            ])
        #expect(data.remarks.map(\.severity) == [.warning])
        #expect(
            message("path,label\na.tif,x\nb.tif,\"['cat']\"\n")?.hasPrefix("list.csv, line 3 has the label")
                == true)
    }

    // MARK: Columns of 0 and 1

    @Test func columnsOfZeroAndOneAreOfferedAsClasses() throws {
        let text = "path,cat,dog,indoor\na.tif,1,0,1\nb.tif,0,1,0\nc.tif,0,0,0\n"
        #expect(
            message(text)
                == "list.csv has columns of nothing but 0 and 1: cat, dog, indoor. These are either classes or numbers; "
                + "expected only one reading. Say which with the task: multi-label or regression. multi-label takes each "
                + "column as a class.")
        let several = try open(text, task: .multiLabel)
        #expect(several.classes == ["cat", "dog", "indoor"])
        #expect(several.samples.map(\.target.classes) == [[0, 2], [1], []])
        #expect(several.inventory == Inventory())
        #expect(try open(text, task: .regression).classes == ["cat", "dog", "indoor"])
        #expect(message(text, task: .classification)?.contains("does not suit") == true)
    }

    @Test func oneOfEachRowIsOneClass() throws {
        let text = "path,cat,dog,owl\na.tif,1,0,0\nb.tif,0,1,0\n"
        #expect(message(text)?.contains("classification, multi-label or regression") == true)
        let data = try open(text, task: .classification)
        #expect(data.classes == ["cat", "dog", "owl"], "a class without a picture is one all the same")
        #expect(data.samples.map(\.label) == [0, 1])
        #expect(
            try open(text.replacing("1", with: "True").replacing("0", with: "False"), task: .multiLabel)
                .classes
                == ["cat", "dog", "owl"])
    }

    // MARK: Parts

    @Test(arguments: [
        ("split", "train", "val"), ("Split", "Training", "VALIDATION"), ("set", "train", "dev"),
        ("subset", "train", "valid"), ("fold", "train", "eval"), ("is_valid", "False", "True"),
        ("is_valid", "0", "1"), ("part", "train", "val"),
    ]) func columnsOfPartsHaveManyNames(name: String, train: String, validation: String) throws {
        let data = try open("path,label,\(name)\na.tif,x,\(train)\nb.tif,y,\(validation)\n")
        #expect(data.samples.map(\.part) == [.train, .validation])
        #expect(data.inventory == Inventory())
        #expect(data.remarks.count == (name == "part" ? 0 : 1))
        let numbers = try open("path,age,\(name)\na.tif,1,\(train)\nb.tif,2,\(validation)\n")
        #expect(numbers.classes == ["age"])
        #expect(numbers.samples.map(\.part) == [.train, .validation])
    }

    @Test func columnThatSaysNoPartIsLeftOutAndNoNumberToLearn() throws {
        let data = try open("path,age,fold\na.tif,1,0\nb.tif,2,3\n")
        #expect(data.classes == ["age"])
        #expect(data.samples.map(\.part) == [nil, nil])
        #expect(
            data.inventory.leftOut.map(\.message) == [
                "The column fold is not used: what it says, such as \"0\", is no part (train, validation or test)."
            ])
        #expect(
            message("path,label,split\na.tif,x,train\nb.tif,x,spare\n")
                == "list.csv, line 3 has the part spare; expected train, validation or test.")
        let two = try open("path,label,part,split\na.tif,x,train,val\nb.tif,y,val,train\n")
        #expect(two.samples.map(\.part) == [.train, .validation])
        #expect(
            two.inventory.leftOut.map(\.message) == [
                "The column split is not used: the column part says the parts."
            ])
    }

    @Test func jsonLinesSayPartsUnderTheseNamesToo() throws {
        let data = try open(
            """
            {"path": "a.tif", "label": "x", "split": "train"}
            {"path": "b.tif", "label": "y", "split": "val"}
            """, "list.jsonl")
        #expect(data.samples.map(\.part) == [.train, .validation])
        #expect(data.remarks.map(\.message) == ["The key split says the parts."])
        let answers = try open(
            """
            {"path": "a.tif", "label": "x", "is_valid": false}
            {"path": "b.tif", "label": "y", "is_valid": true}
            """, "list.jsonl")
        #expect(answers.samples.map(\.part) == [.train, .validation])
    }

    // MARK: What programs write

    @Test(arguments: ["", "Unnamed: 0"]) func rowNumbersAreNoNumberToLearn(name: String) throws {
        let data = try open("\(name),path,age\n0,a.tif,20\n1,b.tif,21\n7,c.tif,22\n")
        #expect(data.classes == ["age"])
        #expect(data.inventory.passedOver.map(\.rule) == [.rowNumbers])
        #expect(data.inventory.leftOut.isEmpty)
        let labels = try open("\(name),path,label\n0,a.tif,x\n1,b.tif,y\n")
        #expect(labels.inventory.leftOut.isEmpty && labels.inventory.passedOver.map(\.rule) == [.rowNumbers])
        // Numbers that come twice are no numbers of rows.
        #expect(
            try open("Unnamed: 0,path,age\n3,a.tif,20\n3,b.tif,21\n").classes == ["Unnamed: 0", "age"])
    }

    @Test func linesMayEndWithCarriageReturns() throws {
        let data = try open("path,label\ra.tif,x\rb.tif,\"y\rz\"\r\rc.tif,x")
        #expect(data.samples.map(\.path) == ["a.tif", "b.tif", "c.tif"])
        #expect(data.classes == ["x", "y\rz"])
        #expect(
            message("path,label\ra.tif,x\rb.tif\r")
                == "list.csv, line 3 has 1 field; expected 2, one for each column of the header.")
        let lines = #"{"path": "a.tif", "label": "x"}"# + "\r" + #"{"path": "b.tif", "label": "y"}"# + "\r"
        #expect(try open(lines, "list.jsonl").classes == ["x", "y"])
    }

    @Test func tabsAndOtherEncodingsAreTold() throws {
        #expect(try open("path\tlabel\na.tif\tx\n").classes == ["x"])
        try work.write([0xff, 0xfe, 0x70, 0, 0x61, 0], to: "wide.csv")
        let error = #expect(throws: DatasetError.self) { try ListDataset(work.path + "/wide.csv") }
        #expect(error?.description.contains("line 1 is UTF-16 text; expected UTF-8") == true)
    }

    @Test func backslashesAreReadAsSlashesWhereThatIsAFile() async throws {
        try work.write(Workspace.picture(1), to: "img/cats/a.tif")
        try work.write(Workspace.picture(2), to: "img\\cats\\b.tif")
        let data = try open(
            "path,label\nimg\\cats\\a.tif,x\nimg\\cats\\b.tif,y\nimg\\cats\\c.tif,y\n")
        #expect(data.samples.map(\.path) == ["img/cats/a.tif", "img\\cats\\b.tif", "img\\cats\\c.tif"])
        #expect(
            data.remarks.map(\.message) == [
                "1 paths such as img\\cats\\a.tif were read with slashes for backslashes."
            ])
        let report = DoctorReport(data, try await Doctor.examine(data, threads: 1))
        #expect(report.usableCount == 2)
        #expect(
            report.findings(.leftOut).map(\.message) == [
                "img\\cats\\c.tif (line 4 of list.csv) does not exist."
            ])
        #expect(
            message("path,label\nimg\\cats\\a.tif,x\nimg/cats/a.tif,y\n")?.contains(
                "names img/cats/a.tif again")
                == true)
    }

    @Test func spacesAroundAPathAreKeptWhereThatIsTheFile() throws {
        try work.write(Workspace.picture(1), to: " a .tif ")
        try work.write(Workspace.picture(2), to: "b.tif")
        let data = try open("path,label\n a .tif ,x\n b.tif ,y\n")
        #expect(data.samples.map(\.path) == [" a .tif ", "b.tif"])
        #expect(data.samples.allSatisfy { $0.examine().examination.isUsable })
    }
}
