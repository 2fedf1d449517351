import GraftDatasets
import GraftFiles
import GraftImages
import Testing

@Suite struct VOCDatasetTests {
    let work: Workspace

    init() throws { work = try Workspace() }

    static func object(_ name: String, _ box: (Int, Int, Int, Int)? = (1, 1, 2, 2), difficult: String = "0")
        -> String
    {
        let bounds = box.map {
            "<bndbox><xmin>\($0.0)</xmin><ymin>\($0.1)</ymin><xmax>\($0.2)</xmax><ymax>\($0.3)</ymax></bndbox>"
        }
        return """
            <object>
              <name>\(name)</name><difficult>\(difficult)</difficult>\(bounds ?? "")
              <part><name>head</name><bndbox><xmin>0</xmin></bndbox></part>
            </object>

            """
    }

    func annotate(_ name: String, _ objects: [String], size: (Int, Int)? = nil) throws {
        let extents = size.map { "<size><width>\($0.0)</width><height>\($0.1)</height></size>" } ?? ""
        try work.write(
            Array("<annotation>\(extents)\n\(objects.joined())</annotation>\n".utf8),
            to: "Annotations/\(name).xml")
        try work.write(
            Workspace.picture(name.utf8.reduce(0) { 31 * $0 + Int($1) }), to: "JPEGImages/\(name).jpg")
    }

    func list(_ file: String, _ names: String...) throws {
        try work.write(Array(names.map { $0 + "\r\n" }.joined().utf8), to: "ImageSets/Main/\(file).txt")
    }

    func open(_ options: DatasetOptions = DatasetOptions()) throws -> any Dataset {
        try DatasetReader.open(work.path, options: options)
    }

    func message(_ options: DatasetOptions = DatasetOptions()) -> String? {
        do { _ = try open(options) } catch { return "\(error)" }
        return nil
    }

    func flaws(_ options: DatasetOptions = DatasetOptions()) async throws -> [String] {
        let data = try open(options)
        return DoctorReport(data, try await Doctor.examine(data, threads: 1)).findings(.leftOut).map(
            \.message)
    }

    /// Two pictures: a small dog before a large cat, and a bird alone.
    func twoPictures() throws {
        try annotate("a", [Self.object("dog", (5, 5, 9, 9)), Self.object("cat", (1, 1, 40, 40))])
        try annotate("b", [Self.object("bird")])
        try list("train", "a  1")
        try list("val", "b", "")
    }

    @Test func largestObjectSaysTheClassUnlessTheFirstIsAskedFor() throws {
        try twoPictures()
        let data = try open()
        #expect(data.classes == ["bird", "cat", "dog"])
        #expect(data.samples.map(\.path) == ["JPEGImages/a.jpg", "JPEGImages/b.jpg"])
        #expect(data.samples.map(\.part) == [.train, .validation])
        #expect(data.samples.map(\.target) == [.label(1), .label(0)])
        #expect(try open(DatasetOptions(object: .first)).samples.map(\.target) == [.label(2), .label(0)])
        #expect(try open(DatasetOptions(object: .largest)).samples.map(\.target) == [.label(1), .label(0)])
        let many = try open(DatasetOptions(task: .multiLabel))
        #expect(many.samples.map(\.target) == [.labels([1, 2]), .labels([0])])
        #expect(many.task == .multiLabel)
        #expect(try #require(data.samples.first).examine().examination.isUsable)
    }

    @Test func ofEquallyLargeObjectsTheFirstCounts() throws {
        try annotate("a", [Self.object("dog"), Self.object("cat")])
        try list("train", "a")
        #expect(try open().samples.map(\.label) == [1])
    }

    @Test func difficultObjectsCountOnlyWhereThereIsNothingElse() throws {
        try annotate("a", [Self.object("dog", (1, 1, 90, 90), difficult: "1"), Self.object("cat")])
        try annotate("b", [Self.object("dog", difficult: "1")])
        try list("train", "a", "b")
        let data = try open(DatasetOptions(task: .multiLabel))
        #expect(data.samples.map(\.target) == [.labels([0]), .labels([1])])
        #expect(try open().samples.map(\.label) == [0, 1])
        #expect(
            data.remarks.map(\.message) == [
                "1 object marked as difficult does not count, as others are on the same pictures."
            ])
    }

    @Test func objectsOutsideTheMiddleSquareAreTold() throws {
        // Of 300 x 100 pixels the middle square is those from 100 to 200.
        let (left, middle) = (Self.object("dog", (1, 1, 90, 90)), Self.object("cat", (60, 1, 160, 90)))
        try annotate("a", [left, middle], size: (300, 100))
        try annotate("b", [Self.object("cat", (1, 1, 90, 90))], size: (100, 100))
        try annotate("c", [Self.object("dog", (1, 1, 90, 90)), Self.object("dog", nil)])
        try list("train", "a", "b", "c")
        #expect(
            try open(DatasetOptions(task: .multiLabel)).remarks.map(\.message) == [
                "1 of 5 objects are mostly outside the middle square of their picture, which is all that the network "
                    + "sees. Resized whole, all of it is seen."
            ])
        try annotate(
            "b", [String](repeating: Self.object("cat", (1, 1, 90, 90)), count: 17), size: (100, 100))
        #expect(try open(DatasetOptions(task: .multiLabel)).remarks.isEmpty)
        try annotate("a", [left], size: (0, 100))
        #expect(try open(DatasetOptions(task: .multiLabel)).remarks.isEmpty)
    }

    @Test func classWithoutPicturesIsKeptAndTold() async throws {
        try twoPictures()
        try annotate("c", [Self.object("dog")])
        try list("train", "a", "c")
        for name in ["aeroplane", "bird", "cat", "dog", "train"] { try list(name + "_trainval") }
        let data = try open()
        #expect(data.classes == ["aeroplane", "bird", "cat", "dog", "train"])
        let examinations = try await Doctor.examine(data, threads: 1)
        #expect(Doctor.obstacles(to: data, examinations) == [])
        #expect(
            DoctorReport(data, examinations).findings.filter { $0.kind == .emptyClass }.map(\.message) == [
                "Class aeroplane has no usable picture to train on: it cannot be learned.",
                "Class bird has no usable picture to train on: it cannot be learned.",
                "Class train has no usable picture to train on: it cannot be learned.",
            ])
    }

    @Test func fewerThanTwoTrainedClassesAreAnObstacle() throws {
        try twoPictures()
        let data = try open()
        let obstacles = Doctor.obstacles(to: data, data.samples.map(\.assumedUsable))
        #expect(
            obstacles.map(\.description) == [
                "\(work.path) has pictures to train on of only one class, cat; expected at least two classes. "
                    + "Add pictures of something else."
            ])
    }

    @Test func picturesYetToBeSplitHaveNoPart() throws {
        try twoPictures()
        try list("test", "b")
        try list("train")
        try list("val", "a")
        #expect(try open().samples.map(\.part) == [.validation, .test])
        let other = try Workspace()
        for name in ["a", "b"] {
            let file = "Annotations/\(name).xml"
            try other.write(try FileContents.read(work.path + "/" + file), to: file)
            try other.write(Workspace.picture(1), to: "JPEGImages/\(name).png")
        }
        try other.write(Array("a\nb".utf8), to: "ImageSets/Main/trainval.txt")
        let data = try DatasetReader.open(other.path)
        #expect(data.samples.map(\.part) == [nil, nil])
        #expect(data.samples.map(\.path) == ["JPEGImages/a.png", "JPEGImages/b.png"])
    }

    @Test func folderAboveTheDataWillDo() throws {
        let above = try Workspace()
        try twoPictures()
        try above.link("VOC2012", to: work.path)
        #expect(try DatasetReader.open(above.path).samples.count == 2)
        try above.link("VOC2007", to: work.path)
        let error = #expect(throws: DatasetError.self) { try DatasetReader.open(above.path) }
        #expect(
            error?.description
                == "\(above.path) has several data sets: VOC2007, VOC2012; expected one. Choose one of these folders."
        )
    }

    @Test func missingAndDamagedFilesAreLeftOutByName() async throws {
        try twoPictures()
        try annotate("nothing", [])
        try annotate("unknown", [Self.object("dgo")])
        try annotate("boxless", [Self.object("cat"), Self.object("dog", nil)])
        try annotate("backwards", [Self.object("cat", (9, 1, 2, 2))])
        try annotate("odd", [Self.object("cat", difficult: "maybe")])
        try annotate("nameless", [Self.object(" ")])
        try annotate("spare", [Self.object("cat")])
        try work.write(Array("<annotation><object></annotation>".utf8), to: "Annotations/open.xml")
        for name in ["bird", "cat", "dog"] { try list(name + "_train") }
        try list(
            "train", "a", "nothing", "unknown", "boxless", "backwards", "odd", "nameless", "open", "gone")
        #expect(
            try await flaws() == [
                "Annotations/nothing.xml has no object; expected one that says the picture's class.",
                "Annotations/unknown.xml, line 2 has an object of the class dgo; expected one of the classes that have "
                    + "lists in ImageSets/Main.",
                "Annotations/boxless.xml, line 6 has an object without a box; expected <bndbox>, to find the largest.",
                "Annotations/backwards.xml, line 3 has a box that ends before it starts; expected <xmax> and <ymax> "
                    + "not below <xmin> and <ymin>.",
                "Annotations/odd.xml, line 2 has an object whose <difficult> is maybe; expected 0 or 1.",
                "Annotations/nameless.xml, line 2 has an object without a class; expected <name> in <object>.",
                "Annotations/open.xml, line 1 closes <annotation>; expected </object> for line 1.",
                "Annotations/gone.xml (line 9 of train.txt) does not exist.",
            ])
        let many = try open(DatasetOptions(task: .multiLabel))
        #expect(
            many.samples.map(\.target).prefix(4) == [
                .labels([1, 2]), .labels([]), .labels([]), .labels([1, 2]),
            ])
        #expect(many.inventory.passedOver.map(\.words) == ["1 file that no list names, JPEGImages/spare.jpg"])
    }

    @Test func missingPictureIsNamedWithItsLine() async throws {
        try annotate("a", [Self.object("dog")])
        try work.write(Array("<annotation>\(Self.object("dog"))</annotation>".utf8), to: "Annotations/b.xml")
        try list("train", "a", "b")
        #expect(try await flaws() == ["JPEGImages/b.jpg (line 2 of train.txt) does not exist."])
    }

    @Test func badListsAreErrors() throws {
        try twoPictures()
        let main = work.path + "/ImageSets/Main"
        try list("val", "b", "a")
        #expect(
            message()
                == "\(main)/val.txt, line 2 names a again; expected a picture once. "
                + "Remove it here or in line 1 of train.txt.")
        try list("val", "../../etc/passwd")
        #expect(
            message()
                == "\(main)/val.txt, line 1 is no name of a picture; expected one like 2008_000112, without folder and ending."
        )
        try list("val")
        try list("train")
        #expect(message() == "\(main) lists no pictures.")
    }

    @Test func choicesWithoutEffectAreErrors() throws {
        try twoPictures()
        #expect(
            message(DatasetOptions(task: .multiLabel, object: .first))
                == "The choice of the first object has no effect on \(work.path), which is Pascal VOC data with all "
                + "classes of a picture. Leave it out.")
        #expect(
            message(DatasetOptions(labelPattern: "{label}.jpg"))
                == "The label pattern {label}.jpg has no effect on \(work.path), which is Pascal VOC data. Leave it out."
        )
        #expect(
            message(DatasetOptions(task: .regression))
                == "The task regression does not suit \(work.path), which is Pascal VOC data; expected classification "
                + "or multi-label.")
    }

    @Test(
        arguments: [
            ("<!-- a > b --><annotation a='1' b=\"&amp;\"><?p i?>X</annotation>", nil),
            ("\u{feff}<?xml version='1.0' encoding='utf-8'?>\n<annotation/>", nil),
            (
                "<?xml version='1.0' encoding='UTF-16'?><annotation/>",
                "says that its encoding is utf-16; expected UTF-8"
            ),
            ("<!DOCTYPE a [<!ENTITY x 'y'>]><annotation/>", "document type or another declaration"),
            ("<annotation>&x;</annotation>", "has the unknown reference &x;"),
            ("<annotation>a & b</annotation>", "has an & that starts no reference"),
            ("<annotation>&#0;</annotation>", "has the unknown reference &#0;"),
            ("<annotation>&#xD800;</annotation>", "has the unknown reference &#xD800;"),
            ("<annotation>&#99999999;</annotation>", "has the unknown reference &#99999999;"),
            ("<annotation></annotation><b/>", "has <b> behind the end of the outermost element"),
            ("</annotation>", "which was never opened"),
            ("text<annotation/>", "has text outside of the elements"),
            ("<annotation><![CDATA[x</annotation>", "has a CDATA section that does not end; expected ]]>"),
            ("<annotation a=1/>", "has the attribute a of <annotation> without quotation marks"),
            ("<annotation a/>", "has the attribute a of <annotation> without a value"),
            ("<annotation a='<'/>", "has a < in the attribute a"),
            ("<annotation>1 < 2</annotation>", "has a < that starts no tag"),
            ("", "has no element"),
            ("<other/>", "has <other> as its outermost element; expected <annotation>"),
            ("<annotation>\u{1}</annotation>", "has a control character"),
            (String(repeating: "<a>", count: 100_000), "nests more than 32 elements"),
        ] as [(String, String?)])
    func xmlIsReadStrictly(text: String, found: String?) async throws {
        try annotate("a", [Self.object("dog")])
        try list("train", "a", "b")
        try work.write(Workspace.picture(9), to: "JPEGImages/b.jpg")
        try work.write(Array(text.utf8), to: "Annotations/b.xml")
        let flaws = try await flaws(DatasetOptions(task: .multiLabel))
        if let found {
            #expect(flaws.count == 1 && flaws.first?.contains(found) == true, "\(flaws)")
        } else {
            #expect(flaws == [])
        }
    }

    @Test func namesAreReadWithReferencesAndSections() throws {
        try annotate("a", [Self.object("R&amp;B &#x263a;<!-- no -->"), Self.object("<![CDATA[<b>]]>")])
        try list("train", "a")
        #expect(try open(DatasetOptions(task: .multiLabel)).classes == ["<b>", "R&B ☺"])
    }

    @Test func damagedAnnotationsNeverCrash() throws {
        let good = Array(
            """
            <?xml version="1.0"?><annotation x="1">\(Self.object("dog &lt;"))<!-- c --><![CDATA[d]]></annotation>
            """.utf8)
        try list("train", "a")
        try work.write(Workspace.picture(1), to: "JPEGImages/a.jpg")
        func targets(_ bytes: [UInt8]) throws -> Target? {
            try work.write(bytes, to: "Annotations/a.xml")
            let sample = try VOCDataset(work.path).samples.first
            return sample?.assumedUsable.isUsable == true ? sample?.target : nil
        }
        #expect(try targets(good) == .label(0))
        for length in good.indices { #expect(try targets(Array(good[..<length])) == nil, "\(length)") }
        for position in good.indices {
            for flip: UInt8 in [1, 0x20, 0x80, 0xff] {
                var bytes = good
                bytes[position] ^= flip
                _ = try targets(bytes)
            }
        }
    }
}
