import GraftFiles
import GraftModels
import GraftNetworks
import GraftTensors
import Testing

import class Foundation.FileManager

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite struct BundleSavingTests {
    let fixture: BundleFixture
    init() throws { fixture = try BundleFixture() }

    /// Which of the two fixture models is at the path; `nil` where there is none that can be loaded.
    func seed(at path: String) -> UInt64? {
        guard let golden = try? ModelBundle.load(path).golden else { return nil }
        return [1, 2].first { (try? BundleFixture.model(seed: $0).golden) == golden }
    }

    @Test(arguments: [true, false])
    func modelIsReplaced(inOneStep: Bool) throws {
        var saver = ModelSaver()
        saver.usesExchange = inOneStep
        try saver.save(BundleFixture.model(seed: 1), to: fixture.path)
        let old = try ModelBundle.load(fixture.path)
        try saver.save(BundleFixture.model(seed: 2), to: fixture.path + "/")
        #expect(seed(at: fixture.path) == 2)
        #expect(fixture.names == ["pets.graft"])
        #expect(old.golden == (try BundleFixture.model(seed: 1).golden))
    }

    @Test func damagedModelIsReplaced() throws {
        try BundleFixture.model(seed: 1).save(to: fixture.path)
        fixture.write([], to: fixture.path + "/weights.safetensors")
        fixture.write([], to: fixture.path + "/bundle.json")
        try BundleFixture.model(seed: 2).save(to: fixture.path)
        #expect(seed(at: fixture.path) == 2)
    }

    @Test func fileIsRefusedAndStays() throws {
        fixture.write([1, 2, 3], to: fixture.path)
        let sentence =
            "\(fixture.path) exists and is no folder; expected a model to replace, or nothing. "
            + "Choose another path, or move it away."
        try expectRefusal(sentence)
        #expect(fixture.bytes(fixture.path) == [1, 2, 3])
    }

    @Test func otherFolderIsRefusedAndStays() throws {
        try fixture.makeFolder(fixture.path + "/cats")
        let sentence =
            "\(fixture.path) exists and is no Graft model: it has no bundle.json; expected a model to replace, "
            + "or nothing. Choose another path, or move it away."
        try expectRefusal(sentence)
        #expect(fixture.names(fixture.path) == ["cats"])
        try FileManager.default.removeItem(atPath: fixture.path + "/cats")
        try expectRefusal(sentence)
        #expect(fixture.names == ["pets.graft"])
    }

    @Test func modelWithAFileOfTheUsersIsRefusedAndStays() throws {
        try BundleFixture.model(seed: 1).save(to: fixture.path)
        fixture.write([1], to: fixture.path + "/notes.txt")
        try expectRefusal(
            "\(fixture.path) holds notes.txt, which is no part of a Graft model; expected a model to replace, "
                + "or nothing. Choose another path, or move it away.")
        #expect(fixture.names(fixture.path).contains("notes.txt"))
        #expect(seed(at: fixture.path) == 1)
    }

    private func expectRefusal(_ sentence: String) throws {
        let model = try BundleFixture.model(seed: 2)
        for attempt in [
            { try model.save(to: fixture.path) }, { try ModelBundle.checkCanSave(to: fixture.path) },
        ] {
            let error = #expect(throws: ModelError.self) { try attempt() }
            #expect(error?.code == .exists)
            #expect(error?.description == sentence)
        }
        #expect(fixture.names == ["pets.graft"])
    }

    @Test func missingParentIsNamed() throws {
        let model = try BundleFixture.model()
        let path = fixture.root + "/no/pets.graft"
        for attempt in [{ try model.save(to: path) }, { try ModelBundle.checkCanSave(to: path) }] {
            let error = #expect(throws: FileError.self) { try attempt() }
            #expect(error?.code == .missing)
            #expect(
                error?.description
                    == "\(fixture.root)/no does not exist. Make that folder first, or choose another path.")
        }
        fixture.write([], to: fixture.root + "/file")
        let error = #expect(throws: FileError.self) { try model.save(to: fixture.root + "/file/pets.graft") }
        #expect(error?.description == "\(fixture.root)/file is not a folder. Choose another path.")
        let empty = #expect(throws: FileError.self) { try model.save(to: "") }
        #expect(empty?.description == "The path is empty; expected the path of a folder.")
    }

    @Test(.enabled(if: geteuid() != 0, "root may write everywhere"))
    func readOnlyFolderIsToldBeforehand() throws {
        try fixture.makeFolder(fixture.root + "/locked")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o555], ofItemAtPath: fixture.root + "/locked")
        let path = fixture.root + "/locked/pets.graft"
        let model = try BundleFixture.model()
        for attempt in [{ try model.save(to: path) }, { try ModelBundle.checkCanSave(to: path) }] {
            let error = #expect(throws: FileError.self) { try attempt() }
            #expect(
                error?.description
                    == "\(path) cannot be written: permission denied. Choose another place, or change the permissions."
            )
        }
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: fixture.root + "/locked")
        #expect(fixture.names(fixture.root + "/locked") == [])
    }

    @Test func checkLeavesNothingBehind() throws {
        try ModelBundle.checkCanSave(to: fixture.path)
        #expect(fixture.names == [])
        try BundleFixture.model(seed: 1).save(to: fixture.path)
        try ModelBundle.checkCanSave(to: fixture.path)
        #expect(seed(at: fixture.path) == 1)
        #expect(fixture.names == ["pets.graft"])
    }

    @Test(
        arguments: ["weights.safetensors", "golden.safetensors", "bundle.json", "CHECKSUMS", "commit"],
        [true, false])
    func failureLeavesTheOldModelAndNothingElse(_ step: String, isThereAnOldOne: Bool) throws {
        if isThereAnOldOne { try BundleFixture.model(seed: 1).save(to: fixture.path) }
        let before = fixture.names
        var saver = ModelSaver()
        saver.beforeStep = { name in
            if name == step { throw FileError(path: fixture.path, doing: "written", errno: ENOSPC) }
        }
        let error = #expect(throws: FileError.self) {
            try saver.save(BundleFixture.model(seed: 2), to: fixture.path)
        }
        #expect(
            error?.description
                == "\(fixture.path) cannot be written: no space left on the device. Free some space, or choose another "
                + "place.")
        #expect(fixture.names == before)
        #expect(seed(at: fixture.path) == (isThereAnOldOne ? 1 : nil))
    }

    @Test func errorsNameTheFinalPath() throws {
        var saver = ModelSaver()
        // The hidden folder vanishes: what a file inside it reports must not name it.
        saver.beforeStep = { name in
            guard name == "golden.safetensors" else { return }
            for hidden in fixture.names {
                try FileManager.default.removeItem(atPath: "\(fixture.root)/\(hidden)")
            }
        }
        let error = #expect(throws: FileError.self) {
            try saver.save(BundleFixture.model(), to: fixture.path)
        }
        #expect(error?.description == "\(fixture.path)/golden.safetensors does not exist. Check the path.")
        #expect(fixture.names == [])
    }

    @Test func whatAppearsMeanwhileIsRefusedAndStays() throws {
        var saver = ModelSaver()
        saver.beforeStep = { name in
            if name == "commit" { try fixture.makeFolder(fixture.path + "/cats") }
        }
        let error = #expect(throws: ModelError.self) {
            try saver.save(BundleFixture.model(), to: fixture.path)
        }
        #expect(error?.code == .exists)
        #expect(fixture.names == ["pets.graft"])
        #expect(fixture.names(fixture.path) == ["cats"])
    }

    @Test func leftoversOfAKilledProcessAreRemoved() throws {
        let leftover = fixture.root + "/.graft-saving-1abc"
        try fixture.makeFolder(leftover)
        fixture.write([1], to: leftover + "/weights.safetensors")
        fixture.write([1], to: leftover + "/.golden.safetensors.77-x.partial")
        // Nothing that Graft did not write is removed, whatever the folder is called.
        let strange = fixture.root + "/.graft-saving-mine"
        try fixture.makeFolder(strange)
        fixture.write([1], to: strange + "/diary.txt")
        try BundleFixture.model().save(to: fixture.path)
        #expect(fixture.names == [".graft-saving-mine", "pets.graft"])
        #expect(fixture.names(strange) == ["diary.txt"])
    }

    @Test func folderThatAnotherSaveIsWritingStays() throws {
        var saver = ModelSaver()
        var inner: [String] = []
        saver.beforeStep = { name in
            guard name == "commit" else { return }
            try BundleFixture.model(seed: 1).save(to: fixture.root + "/other.graft")
            inner = fixture.names
        }
        try saver.save(BundleFixture.model(seed: 2), to: fixture.path)
        #expect(inner.count == 2)
        #expect(fixture.names == ["other.graft", "pets.graft"])
        #expect(seed(at: fixture.path) == 2)
        #expect(seed(at: fixture.root + "/other.graft") == 1)
    }

    @Test func linkToAModelIsFollowed() throws {
        try BundleFixture.model(seed: 1).save(to: fixture.path)
        let link = fixture.root + "/latest"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "pets.graft")
        try BundleFixture.model(seed: 2).save(to: link)
        #expect(seed(at: fixture.path) == 2)
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "pets.graft")
        let broken = fixture.root + "/broken"
        try FileManager.default.createSymbolicLink(atPath: broken, withDestinationPath: "nowhere")
        let error = #expect(throws: FileError.self) { try BundleFixture.model().save(to: broken) }
        #expect(
            error?.description
                == "\(broken) is a link that leads nowhere. Remove the link, or choose another path.")
    }

    @Test func manySavesAtOnceLeaveOneWholeModel() async throws {
        try BundleFixture.model(seed: 1).save(to: fixture.path)
        try await withThrowingTaskGroup { group in
            for index in 0..<16 {
                group.addTask { try BundleFixture.model(seed: UInt64(index % 2 + 1)).save(to: fixture.path) }
                group.addTask { for _ in 0..<20 { _ = try ModelBundle.load(fixture.path) } }
            }
            try await group.waitForAll()
        }
        #expect(seed(at: fixture.path) != nil)
        #expect(fixture.names == ["pets.graft"])
    }

    @Test(arguments: ["bundle.json", "weights.safetensors", "golden.safetensors"])
    func readerThatIsOvertakenByASaveGetsTheNewModelWhole(_ name: String) throws {
        try BundleFixture.model(seed: 1).save(to: fixture.path)
        var isFirst = true
        let loaded = try ModelBundle.load(fixture.path) { part in
            guard part == name, isFirst else { return }
            isFirst = false
            try BundleFixture.model(seed: 2).save(to: fixture.path)
        }
        let expected = try BundleFixture.model(seed: 2)
        #expect(loaded.golden == expected.golden)
        #expect(loaded.parameters["top/dense/bias"] == expected.parameters["top/dense/bias"])
    }

    @Test func contradictionIsToldBeforeAnythingIsWritten() throws {
        var model = try BundleFixture.model()
        model.classes = ["cats", "cats"]
        var error = #expect(throws: ModelError.self) { try model.save(to: fixture.path) }
        #expect(error?.code == .contradictory)
        #expect(error?.description == "The model's bundle.json has two classes named cats.")
        model.classes = ["cats", "dogs"]
        model.parameters["top/dense/bias"] = Tensor(zeros: [3])
        error = #expect(throws: ModelError.self) { try model.save(to: fixture.path) }
        #expect(
            error?.description
                == "The model's weights.safetensors has top/dense/bias as float32 of shape [3]; expected float32 of "
                + "shape [2].")
        #expect(fixture.names == [])
    }
}
