import Foundation
import Testing

@testable import GraftTraining

/// The guide to recipes against the reader.
@Suite struct RecipeGuideTests {
    private let guide: String

    init() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Docs/Graft.docc/Recipes.md")
        guide = try String(contentsOf: file, encoding: .utf8)
    }

    @Test func everyKeyAndRecipeHasItsRow() {
        for word in Stage.keys + Recipe.builtIn.map(\.name) + ["pretrained", "summary", "head", "stages"] {
            #expect(guide.contains("\n| `\(word)` |"), "\(word)")
        }
    }

    @Test func exampleIsARecipe() throws {
        let parts = guide.split(separator: "```yaml\n")
        let example = try #require(parts.dropFirst().first?.split(separator: "```").first)
        let recipe = try Recipe(yaml: String(example), path: "Recipes.md")
        #expect(recipe.stages.map(\.trainable) == [.head, .freezingFirst(15)])
    }

    @Test func defaultsAreThoseOfTheReader() throws {
        let stage = Stage(name: "s", trainable: .head)
        for (key, value) in [
            ("epochs", "\(stage.epochs)"), ("patience", "\(stage.patience ?? 0)"),
            ("batch-size", "\(stage.batchSize)"),
            ("optimizer", "`\(stage.optimizer.rule.rawValue)`"), ("label-smoothing", "0"), ("warmup", "0"),
            ("batch-norm", "`\(stage.batchNormalization.rawValue)`"),
            ("learning-rate", "3e-3 for the head alone, else it must be there"),
            ("keep", "`always`"),
        ] {
            #expect(guide.contains("\n| `\(key)` | \(value) |"), "\(key)")
        }
    }
}
