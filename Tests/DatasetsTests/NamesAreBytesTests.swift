import GraftDatasets
import GraftFiles
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Names of files and classes are bytes: é in one letter and é in two are two names.
@Suite struct NamesAreBytesTests {
    let work: Workspace
    static let composed = "caf\u{e9}"
    static let decomposed = "cafe\u{301}"
    /// "café" in Latin-1.
    static let latin = String(fileName: Array("caf".utf8) + [0xe9])

    init() throws { work = try Workspace() }

    static func rename(_ old: String, _ new: String) -> Int32 {
        unsafe old.withFileName { old in
            unsafe new.withFileName { new in
                #if canImport(Glibc)
                    unsafe Glibc.rename(old, new)
                #else
                    unsafe Darwin.rename(old, new)
                #endif
            }
        }
    }

    @Test func picturesOfTwoUnicodeFormsAreAllKeptAndSplitApart() async throws {
        for name in ["a", "b"] { try work.folder(name) }
        for (index, folder) in ["a", "b"].enumerated() {
            for number in 0..<20 {
                for (form, name) in [Self.composed, Self.decomposed].enumerated() {
                    try work.write(
                        Workspace.picture(100 * index + 2 * number + form),
                        to: "\(folder)/\(name) \(number).tif")
                }
            }
        }
        let folder = try ImageFolder(work.path)
        #expect(folder.samples.count == 80)
        let examinations = try await Doctor.examine(folder, threads: 2)
        let split = try Split(folder, examinations, validationFraction: 0.25, seed: 1)
        let training = split.indices(of: .train, in: folder)
        let validation = split.indices(of: .validation, in: folder)
        #expect(training.count == 60 && validation.count == 20)
        #expect(Set(training).isDisjoint(with: validation))
        #expect(training.count == split.count(of: .train))
        let subset = try DatasetSubset(folder, limit: 40, seed: 1)
        #expect(Set(subset.samples.map { ExactText($0.path) }).count == 40)
    }

    @Test func classInTwoUnicodeFormsIsRefusedAndBothAreShown() throws {
        try work.pictures(2, in: "dogs")
        try work.pictures(2, in: Self.composed, from: 10)
        try work.pictures(2, in: Self.decomposed, from: 20)
        let expected = "in two Unicode forms: cafe\\u{301} and caf\\u{e9}; expected one."
        let folder = #expect(throws: DatasetError.self) { try ImageFolder(work.path) }
        #expect(folder?.description.contains(expected) == true, "\(String(describing: folder))")
        try work.write(
            Array("path,label\na.tif,\(Self.composed)\nb.tif,\(Self.decomposed)\n".utf8), to: "list.csv")
        let list = #expect(throws: DatasetError.self) { try ListDataset(work.path + "/list.csv") }
        #expect(list?.description.contains(expected) == true, "\(String(describing: list))")
        for (number, name) in [Self.composed, Self.decomposed].enumerated() {
            try work.write(Workspace.picture(number), to: "flat/\(name).\(number).tif")
        }
        let pattern = #expect(throws: DatasetError.self) {
            try PatternFolder(work.path + "/flat", pattern: "{label}.*.tif")
        }
        #expect(pattern?.description.contains(expected) == true, "\(String(describing: pattern))")
    }

    @Test func listNamesBothFormsAndIsToldOfTheOtherOne() async throws {
        for (number, name) in [Self.composed, Self.decomposed].enumerated() {
            try work.write(Workspace.picture(number), to: "both/\(name).tif")
        }
        try work.write(Workspace.picture(5), to: "one/\(Self.decomposed).tif")
        try work.write(
            Array(
                """
                path,label
                both/\(Self.composed).tif,x
                both/\(Self.decomposed).tif,y
                one/\(Self.composed).tif,y
                """.utf8), to: "list.csv")
        let data = try ListDataset(work.path + "/list.csv")
        let report = DoctorReport(data, try await Doctor.examine(data, threads: 1))
        #expect(report.usableCount == 2)
        #expect(
            report.findings(.leftOut).map(\.message) == [
                "one/\(Self.composed).tif (line 4 of list.csv) does not exist, but its name in another Unicode form does: "
                    + "the list has caf\\u{e9}.tif, the folder cafe\\u{301}.tif."
            ])
    }

    @Test func namesThatAreNoUTF8AreListedReadAndClasses() async throws {
        let folder = "\(work.path)/\(Self.latin)"
        try work.pictures(3, in: "dogs")
        try work.pictures(3, in: "plain", from: 10)
        // Foundation makes no folder of such a name.
        #expect(Self.rename(work.path + "/plain", folder) == 0)
        #expect(Self.rename("\(folder)/10.tif", "\(folder)/\(Self.latin).tif") == 0)
        let data = try ImageFolder(work.path)
        #expect(data.classes.map(\.fileNameBytes) == [Self.latin.fileNameBytes, Array("dogs".utf8)])
        let report = DoctorReport(data, try await Doctor.examine(data, threads: 1))
        #expect(report.usableCount == 6 && report.findings(.leftOut).isEmpty)
        // The same in a list.
        let name = Self.latin.fileNameBytes
        try work.write(
            Array("path,label\n".utf8) + name + Array("/".utf8) + name + Array(".tif,".utf8) + name
                + Array("\ndogs/0.tif,dogs\n".utf8), to: "list.csv")
        let list = try ListDataset(work.path + "/list.csv")
        #expect(list.classes.map(\.shown) == ["caf\\xe9", "dogs"])
        #expect(list.samples.allSatisfy { $0.examine().examination.isUsable })
    }

    @Test func letterThatJoinsWithTheSlashOrTheDotHidesNeither() throws {
        // A combining accent at the start of a name makes one letter of the slash before it.
        for (number, names) in [
            ("a/1.tif", "a/\u{301}x.tif"), ("b/2.tif", "b/y.\u{301}tif"), ("b/3.tif", "b/.\u{301}hidden.tif"),
        ].enumerated() {
            try work.write(Workspace.picture(number), to: names.0)
            #expect(Self.rename("\(work.path)/\(names.0)", "\(work.path)/\(names.1)") == 0)
        }
        let data = try ImageFolder(work.path)
        #expect(
            data.samples.map(\.path.utf8.count) == ["a/\u{301}x.tif", "b/y.\u{301}tif"].map(\.utf8.count))
        #expect(data.inventory.passedOver.map(\.rule) == [.hidden])
        #expect("a/\u{301}x.tif".lastName.hasBytes(of: "\u{301}x.tif"))
        #expect("a.b/c".ending == "" && ".jpg".ending == "" && "x.JPG".ending == "jpg")
        #expect("a/b.c.jpg".withoutEnding == "a/b.c" && "a.b/c".withoutEnding == "a.b/c")
    }
}
