import ArgumentParser
import Graft

/// `graft recipes`
struct RecipesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recipes",
        abstract: "List the ready-made ways to train, or print one to save and change.",
        discussion: """
            A recipe says what is trained in which stages, and how. One that was printed, saved and changed is checked \
            by `graft recipes FILE.yaml`.

            `freeze-first` counts layers as Keras counts `model.layers`; in networks that are not Keras' own it \
            counts the layers with parameters that `graft models NAME --no-top` lists.
            """)

    @Argument(help: "The name of a recipe, or a file whose name ends in .yaml. Without: all names.")
    var name: String?

    @OptionGroup var output: OutputOptions

    func run() async throws {
        let console = output.console
        try await Interruption.guarding(console) {
            if let name {
                let recipe = try Recipe.named(name)
                console.json(Listing(recipe))
                if !console.isJSON { console.write(String(recipe.yaml.dropLast())) }
            } else {
                for recipe in Recipe.builtIn { console.json(Listing(recipe)) }
                if console.isJSON { return }
                for recipe in Recipe.builtIn {
                    console.write(recipe.name.padded(to: 16) + recipe.summary)
                }
            }
        }
    }

    /// A recipe for programs: what `graft recipes` lists, and its text.
    private struct Listing: Encodable {
        var name: String
        var summary: String
        var yaml: String

        init(_ recipe: Recipe) {
            (name, summary, yaml) = (recipe.name, recipe.summary, recipe.yaml)
        }
    }
}
