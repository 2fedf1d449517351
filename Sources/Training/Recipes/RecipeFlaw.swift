internal import GraftFiles

/// A setting of a recipe that cannot be as it is, told apart from where it stands: the library names the
/// stage, the reader of recipes the file and the line.
struct RecipeFlaw: Error {
    /// The number of the stage, from 0; `nil` for what belongs to the whole recipe.
    var stage: Int?
    /// The keys that lead to the setting in the text of a recipe.
    var keys: [String]
    /// What was found, worded to follow the last key.
    var found: String
    /// Whether ``found`` tells no more than the value, so that the text of a recipe tells it as well.
    var tellsValue = false
    /// What was expected instead, if that helps.
    var expected: String?
    /// What to do.
    var remedy: Remedy?

    /// What the library throws, about a setting of `subject`.
    func error(in subject: String) -> TrainingError {
        // Where in the list a learning rate stands is for the text to tell, by its line.
        let names = ["rates", "alternatives"].contains(keys.first) ? keys.filter { Int($0) == nil } : keys
        return TrainingError(
            ([subject] + names).joined(separator: ": "), found: found, expected: expected, remedy: remedy)
    }
}

/// What numbers in recipes may be, in the words of errors.
enum Expected {
    static let inputSize = "a whole number of pixels, 1 to 16384"
    static let count = "a whole number, 1 or more"
    static let patience = "a whole number, 1 or more, or never"
    static let batchSize = "a whole number, 1 to 65536"
    static let positive = "a number greater than 0"
    static let least = "a number of at least 0"
    static let share = "a number of at least 0 and below 1"
    static let innerShare = "a number greater than 0 and below 1"
    static let part = "a share greater than 0 and less than 1"
    static let layers = "a list of names or patterns of layers"
    static let layerCount = "a whole number of layers, 1 or more"
    static let blockCount = "a whole number of blocks, 1 or more"
    static let units = "a whole number of units, 1 to 1000000"
    static let variants = "a whole number, 1 or more, or recompute"
    static let alpha = "alpha, a number greater than 0, such as 0.2"
    static let alternatives = "a list of other ways to do the stage, each with a name and what is different"
    static let stages = "a list of stages, each with name and train"
    static func warmup(_ epochs: Int) -> String {
        "a number of epochs, at least 0 and below the \(epochs) of the stage"
    }
}

/// Collects what is wrong with a stage or a head; the first flaw counts.
struct RecipeCheck {
    /// The number of the stage that is checked.
    var stage: Int?
    /// The keys that lead to what is checked, where that is a part of the stage.
    var prefix: [String] = []

    /// Refuses a value that is not right.
    func value(
        _ keys: [String], _ value: some Any, _ isRight: Bool, _ expected: String, _ remedy: Remedy? = nil
    ) throws(RecipeFlaw) {
        guard !isRight else { return }
        throw RecipeFlaw(
            stage: stage, keys: prefix + keys, found: "is \(value)", tellsValue: true, expected: expected,
            remedy: remedy)
    }

    /// Refuses something that does not fit.
    func require(
        _ isRight: Bool, _ keys: [String], _ found: String, _ expected: String? = nil, _ remedy: Remedy? = nil
    ) throws(RecipeFlaw) {
        guard !isRight else { return }
        throw RecipeFlaw(stage: stage, keys: prefix + keys, found: found, expected: expected, remedy: remedy)
    }

    /// Refuses what a value's own check refuses.
    func own(_ keys: [String], _ check: () throws -> Void) throws(RecipeFlaw) {
        do { try check() } catch {
            let problem = (error as? any ExplainedError)?.problem
            throw RecipeFlaw(
                stage: stage, keys: prefix + keys, found: problem?.found ?? "\(error)",
                expected: problem?.expected,
                remedy: problem?.remedy)
        }
    }
}
