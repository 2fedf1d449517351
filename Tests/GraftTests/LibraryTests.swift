import Foundation
import Graft
import Testing

/// The library as its users have it: with one import.
@Suite struct LibraryTests {
    /// Two classes told by names, of pictures that need not exist.
    private struct Named: Dataset {
        let root = "pets"
        let classes = ["cat", "dog"]
        let samples: [Sample]

        init(_ names: [String]) {
            samples = names.map { name in
                Sample(
                    path: name, target: .label(name.hasPrefix("cat") ? 0 : 1), part: nil,
                    file: "/nowhere/\(name)")
            }
        }
    }

    @Test func dataSetOfOnesOwnHasLabels() {
        let pets = Named(["cat1.jpg", "dog1.jpg", "dog2.jpg"])
        #expect(pets.samples.map(\.target) == [.label(0), .label(1), .label(1)])
        #expect(pets.task == .classification && pets.task.name == "classification")
    }

    @Test func recipeIsBuiltChangedAndRefusedWhereItCannotBe() throws {
        var tune = Stage(name: "tune", trainable: .share(0.3))
        tune.learningRate = 2e-5
        tune.optimizer = OptimizerSettings(.adamw)
        tune.augmentation.horizontalFlip = true
        let recipe = try Recipe(name: "mine", stages: [Stage(name: "head", trainable: .head), tune])
        #expect(try Recipe(yaml: recipe.yaml, path: "mine.yaml") == recipe)
        let error = #expect(throws: (any Error).self) {
            try recipe.changing { $0[0].batchSize = 0 }
        }
        #expect((error as? any ExplainedError)?.problem.subject.contains("head") == true)
    }

    @Test func errorsAreSentencesThatNeverSpeakOfFlags() async throws {
        let error = try #require(throws: ModelError.self) { try ModelBundle.load("/nowhere/pets.graft") }
        #expect(error.code == .missing)
        #expect(error.description.hasPrefix("/nowhere/pets.graft does not exist."))
        #expect(!error.description.contains("--"))
        let unknown = #expect(throws: (any Error).self) { try Architecture.named("resnet5") }
        #expect("\(try #require(unknown))".contains("Did you mean resnet50?"))
    }

    @Test func picturesComeFromFilesBytesAndPixels() {
        let image = PixelImage(width: 2, height: 1, samples: [0, 0, 0, 255, 255, 255])
        #expect(Picture.file("a.jpg").name == "a.jpg")
        #expect(Picture.bytes([1], name: "upload").name == "upload")
        #expect(Picture.pixels(image, name: "noise").name == "noise")
    }
}
