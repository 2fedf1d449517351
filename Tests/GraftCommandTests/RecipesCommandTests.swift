import Foundation
import GraftTraining
import Testing

@Suite struct RecipesCommandTests {
    let graft: GraftProcess

    init() throws { graft = try GraftProcess() }

    @Test func listHasALineForEveryRecipeAndNoneLongerThan80Columns() throws {
        let lines = try graft.run("recipes").output.split(separator: "\n")
        #expect(lines.count == Recipe.builtIn.count)
        for (line, recipe) in zip(lines, Recipe.builtIn) {
            #expect(line.hasPrefix("\(recipe.name) ") && line.hasSuffix(recipe.summary))
            #expect(line.count <= 80, "\(line)")
        }
        let rows = try graft.run("recipes", "--json").objects()
        #expect(rows.map { $0["yaml"] as? String } == Recipe.builtIn.map(\.yaml))
    }

    @Test func aRecipeThatWasPrintedAndSavedIsTheSame() throws {
        let printed = try graft.run("recipes", "two-stage")
        #expect(printed.code == 0)
        #expect(printed.output == Recipe.twoStage.yaml)
        let file = "\(graft.folder)/mine.yaml"
        try Data(printed.output.utf8).write(to: URL(filePath: file))
        #expect(try graft.run("recipes", file).output == printed.output)
        try Data(printed.output.replacing("epochs", with: "epoks").utf8).write(to: URL(filePath: file))
        let refused = try graft.run("recipes", file)
        #expect(refused.code == 1)
        #expect(refused.output.isEmpty)
        #expect(
            refused.errors.hasPrefix(
                "graft: \(file), line 7: epoks is no key of stage 1; expected name, train, "))
        #expect(refused.errors.hasSuffix(" Did you mean epochs?\n"))
    }
}
