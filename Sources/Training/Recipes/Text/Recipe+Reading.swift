internal import GraftFiles

extension Recipe {
    /// The recipe that a YAML text holds.
    ///
    /// - Parameters:
    ///   - yaml: the text.
    ///   - path: the file it is from, for errors.
    /// - Throws: `TrainingError` where a key is unknown, a value impossible or without effect, or the text
    ///   is no YAML.
    public init(yaml: String, path: String) throws {
        let root = RecipeEntry(file: path, key: "", value: try YAMLValue(parsing: yaml, path: path))
        let entries = try root.entries(
            ["name", "summary", "base", "input-size", "pretrained", "head", "budget", "stages"],
            expected: "a recipe: name, head, stages")
        let name = try entries.required("name", in: root, expected: "what the recipe is called")
            .line(expected: "a name")
        let stages = try entries.required("stages", in: root, expected: "a list of stages")
        let values = try stages.list(expected: Expected.stages).enumerated().map { index, value in
            RecipeEntry(file: path, key: "stage \(index + 1)", value: value.value)
        }
        self.init(
            unchecked: name, summary: try entries["summary"]?.line(expected: "one line of text") ?? "",
            base: try entries["base"]?.line(expected: "the name of a network"),
            inputSize: try entries["input-size"]?.integer(expected: Expected.inputSize),
            isPretrained: try entries["pretrained"]?.flag() ?? true,
            head: try entries["head"].map { (entry) throws(TrainingError) in try HeadDesign(entry) }
                ?? .usual,
            stages: try values.map { (entry) throws(TrainingError) in try Stage(entry) },
            budget: try entries["budget"].map { (entry) throws(TrainingError) in try entry.seconds() })
        do { try check() } catch { throw (error.stage.map { values[$0] } ?? root).error(error) }
    }

    /// The recipe in the file at `path`.
    ///
    /// - Throws: `FileError` where it cannot be read, `TrainingError` where it holds no recipe.
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
            try entry.integer(expected: Expected.units)
        }
        let dropout = try choice.others["dropout"]?.number(expected: Expected.share)
        switch (choice.name, units ?? []) {
        case ("pooled", []): self = .pooled(dropout: dropout ?? HeadDesign.usualDropout)
        case ("pooled", let units):
            self = .pooledDense(units: units, dropout: dropout ?? HeadDesign.denseDropout)
        case (_, []): self = .flattened(units: [], dropout: dropout ?? 0)
        case (_, let units): self = .flattened(units: units, dropout: dropout ?? HeadDesign.denseDropout)
        }
    }
}

extension Trainable {
    /// What a stage trains, as it stands in a recipe.
    init(_ entry: RecipeEntry) throws(TrainingError) {
        if entry.number != nil, let share = entry.plain.flatMap(Double.init) {
            self = .share(share)
            return
        }
        let keys = ["from", "freeze-first", "freeze", "layers", "blocks"]
        let choice = try entry.choice(words: ["head", "all"], keys: keys)
        switch (choice.name, choice.value) {
        case ("from", let value?): self = .from(try value.line(expected: "the name of a layer"))
        case ("freeze-first", let value?):
            self = .freezingFirst(try value.integer(expected: Expected.layerCount))
        case ("freeze", let value?):
            self = .freezing(try value.texts(expected: Expected.layers))
        case ("layers", let value?):
            self = .layers(try value.texts(expected: Expected.layers))
        case ("blocks", let value?):
            self = .blocks(try value.integer(expected: Expected.blockCount))
        case ("all", _): self = .all
        default: self = .head
        }
    }
}
