import GraftDatasets
import Testing

@Suite struct ImageFolderTests {
    let work: Workspace

    init() throws { work = try Workspace() }

    func message(_ body: () throws -> Void) -> String? {
        do { try body() } catch { return "\(error)" }
        return nil
    }

    @Test func classFoldersAreClassesInByteOrder() throws {
        for name in ["b", "a", "Z", "é"] { try work.pictures(2, in: name) }
        let folder = try ImageFolder(work.path)
        #expect(folder.classes == ["Z", "a", "b", "é"])
        #expect(folder.samples.map(\.path).prefix(3) == ["Z/0.tif", "Z/1.tif", "a/0.tif"])
        #expect(folder.samples.map(\.label) == [0, 0, 1, 1, 2, 2, 3, 3])
        #expect(folder.samples.allSatisfy { $0.part == nil })
    }

    @Test(arguments: [
        ("validation", Part.validation), ("VAL", .validation), ("valid", .validation), ("Test", .test),
    ])
    func partsComeFromFolders(name: String, part: Part) throws {
        try work.pictures(2, in: "Train/cats")
        try work.pictures(1, in: "Train/dogs", from: 5)
        try work.pictures(1, in: name + "/cats", from: 9)
        try work.write([1], to: "notes.md")
        let folder = try ImageFolder(work.path)
        #expect(folder.classes == ["cats", "dogs"])
        #expect(folder.samples.filter { $0.part == .train }.count == 3)
        #expect(folder.samples.filter { $0.part == part }.map(\.path) == [name + "/cats/9.tif"])
        #expect(folder.inventory.leftOut.map(\.message) == ["notes.md is not a picture."])
    }

    @Test func aClassMayBeCalledTrain() throws {
        for name in ["train", "bus", "car"] { try work.pictures(2, in: name) }
        #expect(try ImageFolder(work.path).classes == ["bus", "car", "train"])
    }

    @Test func nestedPicturesCountAndOtherFilesAreNamed() throws {
        try work.pictures(1, in: "a/deep/er")
        try work.pictures(1, in: "b")
        try work.write(Array("notes".utf8), to: "a/notes.txt")
        try work.write(Workspace.picture(7), to: "b/without_ending")
        for hidden in ["a/.DS_Store", "b/Thumbs.db", "__MACOSX/x.jpg", ".git/y.jpg"] {
            try work.write([0], to: hidden)
        }
        let folder = try ImageFolder(work.path)
        #expect(folder.classes == ["a", "b"])
        #expect(folder.samples.map(\.path) == ["a/deep/er/0.tif", "b/0.tif", "b/without_ending"])
        #expect(folder.inventory.leftOut.map(\.path) == ["a/notes.txt"])
        #expect(folder.inventory.passedOver.map(\.count) == [2, 2])
    }

    @Test func linksAreFollowedButNotInCircles() throws {
        let elsewhere = try Workspace()
        try elsewhere.pictures(1, in: "x", from: 4)
        try work.pictures(1, in: "a")
        try work.link("a/loop", to: work.path + "/a")
        try work.link("a/up", to: work.path)
        try work.link("b", to: elsewhere.path + "/x")
        try work.link("a/nothing.jpg", to: "/nowhere/at/all")
        let folder = try ImageFolder(work.path)
        #expect(folder.classes == ["a", "b"])
        #expect(folder.samples.map(\.path) == ["a/0.tif", "b/4.tif"])
        #expect(
            folder.inventory.leftOut.map(\.message).contains("a/nothing.jpg is a link that leads nowhere."))
        #expect(
            folder.inventory.leftOut.map(\.message).contains(
                "a/loop/ is another name of a folder that is read already."))
    }

    @Test func foldersWithoutClassesAreErrors() throws {
        #expect(message { _ = try ImageFolder("/nowhere") } == "/nowhere does not exist. Check the path.")
        let remedy = "Make one folder for each class, named like it, and put its pictures there."
        #expect(message { _ = try ImageFolder(work.path) } == "\(work.path) holds no pictures. \(remedy)")
        try work.pictures(3, in: ".")
        #expect(
            message { _ = try ImageFolder(work.path) }
                == "\(work.path) holds 3 pictures but no folders of pictures. \(remedy)")
    }

    @Test func twoValidationFoldersAreAnError() throws {
        for name in ["train/a", "val/a", "validation/a"] { try work.pictures(1, in: name) }
        #expect(
            message { _ = try ImageFolder(work.path) }
                == "\(work.path) has 2 folders for the validation part: val, validation; expected one. "
                + "Merge or rename them.")
    }

    @Test(.enabled(if: Place.sharedIsPresent, "../shared is not here"))
    func sharedFoldersAreCountedRight() throws {
        let cats = try ImageFolder(Place.shared + "cats_and_dogs")
        #expect(cats.classes == ["cats", "dogs"])
        #expect(cats.samples.filter { $0.part == .train }.count == 1000)
        #expect(cats.samples.filter { $0.part == .validation }.count == 400)
        let ants = try ImageFolder(Place.shared + "hymenoptera")
        #expect([ants.samples.filter { $0.part == .train }.count, ants.samples.count] == [122, 197])
        #expect(try ImageFolder(Place.shared + "flowers").classes.count == 5)
    }
}
