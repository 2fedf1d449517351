import ArgumentParser
import GraftTraining

/// `graft recipes`
struct RecipesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recipes",
        abstract: "List the built-in recipes for training, or print one to change.",
        discussion: """
            A recipe says what is trained in which stages, and how. Print one, save it, change it: then \
            `graft recipes FILE.yaml` checks it, and `graft train --recipe FILE.yaml` uses it.

            `freeze-first` counts layers as Keras counts `model.layers`; in networks of other sources it \
            counts the layers with parameters that `graft models NAME --no-top` lists.
            """)

    @Argument(
        help: "The name of a recipe, or a file whose name ends in .yaml. (default: list all)",
        completion: .file())
    var name: String?

    @OptionGroup var output: OutputOptions

    func run() async throws {
        let console = output.console
        try await Interruption.guarding(console) {
            if let name {
                let recipe = try Recipe.named(name)
                console.json(Listing(recipe))
                if !console.isJSON {
                    for line in recipe.yaml.dropLast().split(
                        separator: "\n", omittingEmptySubsequences: false)
                    {
                        console.write(String(line))
                    }
                }
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
