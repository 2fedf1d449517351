internal import GraftFiles

extension Part {
    /// What the parts are called, in lower case.
    private static let words: [String: Part] = [
        "train": .train, "training": .train, "trn": .train, "trainset": .train, "trainval": .train,
        "validation": .validation, "valid": .validation, "val": .validation, "dev": .validation,
        "eval": .validation, "evaluation": .validation, "holdout": .validation, "valset": .validation,
        "devset": .validation, "validationset": .validation, "develop": .validation,
        "development": .validation, "validate": .validation, "validating": .validation,
        "test": .test, "testing": .test, "tst": .test, "tests": .test, "testset": .test,
    ]
    /// Words beside these that say nothing.
    private static let fillers: Set<String> = [
        "set", "data", "dataset", "image", "images", "img", "imgs", "photo", "photos", "picture", "pictures",
        "pics", "split", "part", "samples", "seg", "new", "final", "my", "the",
    ]

    /// The part that a word means, in lists; `nil` for any other word.
    init?(word: String) {
        guard let part = Part.words[word.lowercased()] else { return nil }
        self = part
    }

    /// The part that the name of a folder means, in any case and with words such as "set" or a year beside
    /// it: `Training`, `valid`, `test_set`, `train2017`; `nil` for any other name.
    init?(folder name: String) {
        let words = name.lowercased().split { !$0.isLetter }.map(String.init)
            .filter { !Part.fillers.contains($0) }
        guard words.count == 1, let part = Part.words[words[0]] else { return nil }
        self = part
    }
}
