internal import GraftFiles

extension Recipe {
    /// The recipe that a YAML text holds.
    ///
    /// - Parameters:
    ///   - yaml: the text.
    ///   - path: the file it is from, for errors.
    /// - Throws: ``TrainingError`` where a key is unknown, a value impossible or without effect, or the text
    ///   is no YAML.
    public init(yaml: String, path: String) throws {
        let root = RecipeEntry(file: path, key: "", value: try YAMLValue(parsing: yaml, path: path))
        let entries = try root.entries(
            ["name", "summary", "pretrained", "head", "stages"], expected: "a recipe: name, head, stages")
        let name = try entries.required("name", in: root, expected: "what the recipe is called")
            .line(expected: "a name")
        let stages = try entries.required("stages", in: root, expected: "a list of stages")
        let expected = "a list of stages, each with name and train"
        let values = try stages.list(expected: expected)
        guard !values.isEmpty else { throw stages.error("is empty", expected: expected) }
        self.init(name: name, stages: [])
        if let entry = entries["summary"] { summary = try entry.line(expected: "one line of text") }
        if let entry = entries["pretrained"] { isPretrained = try entry.flag() }
        if let entry = entries["head"] { head = try HeadDesign(entry) }
        for (index, value) in values.enumerated() {
            let entry = RecipeEntry(file: path, key: "stage \(index + 1)", value: value.value)
            let stage = try Stage(entry, isFirst: index == 0)
            guard !self.stages.contains(where: { $0.name == stage.name }) else {
                throw entry.error("is called \(stage.name), as one before it", expected: "a name of its own")
            }
            self.stages.append(stage)
        }
    }

    /// The recipe in the file at `path`.
    ///
    /// - Throws: `FileError` where it cannot be read, ``TrainingError`` where it holds no recipe.
    public init(contentsOf path: String) throws {
        let bytes = try FileContents.readStart(path, count: YAMLValue.byteLimit + 1)
        guard bytes.count <= YAMLValue.byteLimit else {
            throw TrainingError(
                path, found: "is too large", expected: "at most \(YAMLValue.byteLimit) bytes in a recipe")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw TrainingError(path, found: "is no text", expected: "YAML in UTF-8")
        }
        try self.init(yaml: text, path: path)
    }
}

extension HeadDesign {
    /// The head that stands in a recipe.
    init(_ entry: RecipeEntry) throws(TrainingError) {
        let choice = try entry.choice(
            words: ["pooled", "flatten"], keys: ["pooled", "flatten"], and: ["dropout"])
        let units = try choice.value?.list(expected: "a list of the units of dense layers, as in [256]").map {
            (entry) throws(TrainingError) in
            try entry.integer(1...1_000_000, expected: "a whole number of units, 1 to 1000000")
        }
        let dropout = try choice.others["dropout"]?.number(expected: "a number of at least 0 and below 1") {
            $0 >= 0 && $0 < 1
        }
        switch (choice.name, units ?? []) {
        case ("pooled", []): self = .pooled(dropout: dropout ?? HeadDesign.usualDropout)
        case ("pooled", let units):
            self = .pooledDense(units: units, dropout: dropout ?? HeadDesign.denseDropout)
        case (_, []):
            if let entry = choice.others["dropout"] {
                throw entry.error(
                    "has no effect",
                    expected: "dense layers that it comes after, as in {flatten: [256], dropout: 0.5}")
            }
            self = .flattened(units: [], dropout: 0)
        case (_, let units): self = .flattened(units: units, dropout: dropout ?? HeadDesign.denseDropout)
        }
    }

    /// The dropout before a single dense layer, where a recipe does not say.
    static let usualDropout: Float = 0.2
    /// The dropout after each dense layer, where a recipe does not say.
    static let denseDropout: Float = 0.5
}

extension Trainable {
    /// What a stage trains, as it stands in a recipe.
    init(_ entry: RecipeEntry) throws(TrainingError) {
        if let share = entry.number {
            guard share > 0, share < 1, let plain = entry.plain, let exact = Double(plain) else {
                throw entry.mismatch(
                    expected: "a share greater than 0 and less than 1",
                    remedy: share == 1
                        ? "To train everything, write all"
                        : "To freeze so many layers, write {freeze-first: 15}")
            }
            self = .share(exact)
            return
        }
        let keys = ["from", "freeze-first", "freeze", "layers", "blocks"]
        let choice = try entry.choice(words: ["head", "all"], keys: keys)
        switch (choice.name, choice.value) {
        case ("from", let value?): self = .from(try value.line(expected: "the name of a layer"))
        case ("freeze-first", let value?):
            self = .freezingFirst(
                try value.integer(1...100_000, expected: "a whole number of layers, 1 or more"))
        case ("freeze", let value?):
            self = .freezing(try value.texts(expected: "a list of names or patterns of layers"))
        case ("layers", let value?):
            self = .layers(try value.texts(expected: "a list of names or patterns of layers"))
        case ("blocks", let value?):
            self = .blocks(try value.integer(1...100_000, expected: "a whole number of blocks, 1 or more"))
        case ("all", _): self = .all
        default: self = .head
        }
    }
}
