package import Images

extension Augmentation {
    /// The augmentation that a text stands for: "none" or "flip".
    package init(parsing text: String) throws(RecipeError) {
        self.init()
        switch text {
        case "none": break
        case "flip": horizontalFlip = true
        default: throw RecipeError("\(text)", found: "is no augmentation", expected: "none or flip")
        }
    }

    /// The text that ``init(parsing:)`` reads as this augmentation.
    package var description: String { horizontalFlip ? "flip" : "none" }
}
