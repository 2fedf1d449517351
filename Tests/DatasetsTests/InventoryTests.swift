import GraftDatasets
import GraftFiles
import Testing

/// Every entry is used, left out by name, or passed over by a rule.
@Suite struct InventoryTests {
    let work: Workspace

    init() throws {
        work = try Workspace()
        try work.pictures(12, in: "cats")
        try work.pictures(12, in: "dogs", from: 100)
    }

    func leftOut() throws -> [String] { try ImageFolder(work.path).inventory.leftOut.map(\.message) }

    @Test func whatIsNoPictureIsLeftOutWithItsReason() throws {
        try work.write(Array("notes".utf8), to: "cats/notes.txt")
        try work.write(Array("notes".utf8), to: "notes.csv")
        try work.write(Workspace.picture(9), to: "loose.tif")
        try work.link("cats/gone.jpg", to: "nowhere.jpg")
        try work.link("dogs/circle.jpg", to: "circle.jpg")
        try work.write(Workspace.picture(1), to: "dogs/DSC_0001.NEF")
        try work.write([0, 0, 0, 1], to: "dogs/film.mp4")
        let found = try leftOut()
        #expect(
            found == [
                "loose.tif is a picture in no class folder.", "notes.csv is not a picture.",
                "cats/gone.jpg is a link that leads nowhere.", "cats/notes.txt is not a picture.",
                "dogs/DSC_0001.NEF is a camera's RAW file (NEF), which is not read.",
                "dogs/circle.jpg cannot be examined: Too many levels of symbolic links.",
                "dogs/film.mp4 is a film (MP4), which is not read.",
            ])
    }

    @Test func strictStopsAtEachOfThem() async throws {
        try work.write(Array("notes".utf8), to: "cats/notes.txt")
        let data = try ImageFolder(work.path)
        let report = DoctorReport(data, try await Doctor.examine(data, threads: 1))
        let sentence =
            "\(work.path) has a file that cannot be used: cats/notes.txt is not a picture. "
            + "Repair or remove what cannot be used, or allow it to be left out."
        for error in [
            #expect(throws: DatasetError.self) { try report.requireEveryFile() },
            #expect(throws: DatasetError.self) { try data.inventory.requireEveryFile(of: data.root) },
        ] { #expect(error?.description == sentence) }
        #expect(throws: Never.self) { try Inventory().requireEveryFile(of: "") }
    }

    @Test func rulesPassOverWhatNobodyMeant() async throws {
        for name in [
            ".DS_Store", "cats/.hidden.jpg", ".git/x.jpg", "__MACOSX/cats/1.jpg", "cats/Thumbs.db",
            "cats/@eaDir/1.jpg/SYNOFILE_THUMB_M.jpg", "dogs/desktop.ini", "README.md", "LICENSE",
        ] { try work.write(Workspace.picture(7), to: name) }
        let data = try ImageFolder(work.path)
        #expect(data.samples.count == 24)
        #expect(data.inventory.leftOut.isEmpty)
        #expect(data.inventory.passedOver.map(\.rule) == [.hidden, .system, .document])
        #expect(data.inventory.passedOver.map(\.count) == [3, 4, 2])
        #expect(
            data.inventory.summaries() == [
                "passed over: 3 hidden files or folders such as .DS_Store; 4 files or folders of a system such as "
                    + "__MACOSX/; 2 texts about the data such as LICENSE"
            ])
        let report = DoctorReport(data, try await Doctor.examine(data, threads: 1))
        #expect(report.passedOver == data.inventory.passedOver)
        #expect(report.lines().joined(separator: " ").contains("passed over: 3 hidden files or folders"))
        #expect(throws: Never.self) { try report.requireEveryFile() }
    }

    @Test func ownOutputsArePassedOverWhereverTheyLie() throws {
        for name in ["photos.graft", "cats/model", "cats/model/deeper.graft"] {
            for part in ["bundle.json", "CHECKSUMS", "weights.safetensors", "picture.png"] {
                try work.write(Workspace.picture(3), to: "\(name)/\(part)")
            }
        }
        let header = Array(#"{"__metadata__":{"checkpoint":"{}","checksum":"0"}}"#.utf8)
        try work.write([UInt8(header.count), 0, 0, 0, 0, 0, 0, 0] + header, to: "photos.graft.checkpoint")
        try work.write(Array("mine".utf8), to: "my.checkpoint")
        // What `graft augment` draws says so in a comment.
        let jpeg = try Place.fixture("baseline.jpg")
        try work.write(CopiesTests.adding(0xfe, "Drawn by Graft", to: jpeg), to: "sheet.jpg")
        let data = try ImageFolder(work.path)
        #expect(data.classes == ["cats", "dogs"])
        #expect(data.samples.count == 24)
        #expect(data.inventory.passedOver.map(\.rule) == [.ownOutput])
        #expect(data.inventory.passedOver.map(\.count) == [4])
        #expect(data.inventory.leftOut.map(\.message) == ["my.checkpoint is not a picture."])
    }

    @Test func summaryNamesTheFirstFew() throws {
        for number in 0..<5 { try work.write([1], to: "cats/\(number).txt") }
        #expect(
            try ImageFolder(work.path).inventory.summaries() == [
                "5 left out: cats/0.txt is not a picture; cats/1.txt is not a picture; cats/2.txt is not a picture; "
                    + "and 2 more"
            ])
    }

    @Test func foldersThatLinkToEachOtherAreReadOnce() throws {
        let names = (0..<9).map { "c\($0)" }
        let other = try Workspace()
        for (index, name) in names.enumerated() {
            try other.pictures(2, in: name, from: 10 * index)
            for target in names { try other.link("\(name)/to-\(target)", to: "../\(target)") }
        }
        let data = try ImageFolder(other.path)
        #expect(data.samples.count == 18)
        #expect(data.samples.allSatisfy { !$0.path.contains("to-") })
        #expect(data.inventory.leftOut.count == 81)
        #expect(
            data.inventory.leftOut[0].message
                == "c0/to-c0/ is another name of a folder that is read already.")
    }

    @Test func folderIsReadUnderItsOwnNameBeforeALink() throws {
        try work.link("a-link-to-cats", to: "cats")
        let data = try ImageFolder(work.path)
        #expect(data.classes == ["cats", "dogs"])
        #expect(
            data.inventory.leftOut.map(\.message) == [
                "a-link-to-cats/ is another name of a folder that is read already."
            ])
    }

    @Test func picturesBehindLinksStandWhereTheirPathsDo() throws {
        let other = try Workspace()
        try other.pictures(2, in: "x", from: 300)
        try work.link("cats/5", to: other.path + "/x")
        let paths = try ImageFolder(work.path).samples.map(\.path)
        #expect(paths.contains("cats/5/300.tif"))
        #expect(
            paths.prefix(14) == ["cats/0.tif", "cats/1.tif", "cats/10.tif", "cats/11.tif"] + paths[4..<14])
        let place = try #require(paths.firstIndex(of: "cats/5/300.tif"))
        #expect(paths[place - 1] == "cats/4.tif" && paths[place + 2] == "cats/5.tif")
    }

    @Test func foldersFullOfWhatIsNotReadSayWhy() throws {
        let other = try Workspace()
        for name in ["a/1.nef", "b/2.nef"] { try other.write(Workspace.picture(1), to: name) }
        let error = #expect(throws: DatasetError.self) { try ImageFolder(other.path) }
        #expect(
            error?.description.contains(
                "holds no pictures that can be used; 2 left out: a/1.nef is a camera's RAW file (NEF)")
                == true)
    }

    @Test func machineThatFailsIsNoFaultOfAPicture() async throws {
        let problem = Problem("cats/0.tif", found: "cannot be opened: this program has too many open files")
        let failed = Examination(path: "cats/0.tif", digest: nil, outcome: .notRead(problem))
        #expect(!failed.isUsable)
        let error = #expect(throws: FileError.self) { try failed.requireMachine() }
        #expect(error?.code == .machine)
    }
}
