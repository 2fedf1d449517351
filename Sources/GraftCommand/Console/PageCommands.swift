import GraftExecution
import GraftModels
import GraftReports
import GraftTraining

/// The commands that a model's pages name.
enum PageCommands {
    /// What makes a model like this one again, and measures it.
    static func all(_ model: ModelBundle, _ path: String, _ data: String) -> [String] {
        let isBuiltIn = Recipe.builtIn.contains { $0.name == model.recipe.name }
        let recipe = isBuiltIn ? model.recipe.name : "\(model.recipe.name).yaml"
        let (name, folder) = (ModelPages.title(of: path).quotedForShell, data.quotedForShell)
        return [
            "graft train \(folder) --base \(model.trunk.architecture) --recipe \(recipe.quotedForShell) "
                + "--seed \(model.seed) -o \(name)",
            "graft evaluate \(name) \(folder)", "graft verify \(name)",
        ]
    }

    /// What asks a model about a picture.
    static func prediction(_ path: String) -> String {
        "graft predict \(ModelPages.title(of: path).quotedForShell) PICTURE"
    }
}
