internal import GraftFiles

extension Recipe {
    /// Checks that every setting is possible and has an effect, whatever the network and the data.
    func check() throws(RecipeFlaw) {
        let whole = RecipeCheck(stage: nil)
        try whole.require(name.isOneLine, ["name"], "is empty or has several lines", "a name")
        try whole.require(
            summary.isEmpty || summary.isOneLine, ["summary"], "has several lines", "one line of text")
        if let base {
            try whole.require(
                base.isOneLine, ["base"], "is empty or has several lines", "the name of a network")
        }
        if let inputSize {
            try whole.value(
                ["input-size"], inputSize, (1...16384).contains(inputSize), Expected.inputSize)
        }
        try head.check(whole)
        if let budget {
            try whole.value(["budget"], budget, TimeText.allows(budget), TimeText.expected)
        }
        try whole.require(!stages.isEmpty, ["stages"], "is empty", Expected.stages)
        for (index, stage) in stages.enumerated() {
            let check = RecipeCheck(stage: index)
            try stage.check(check)
            try check.require(
                !stage.isKeptOnlyIfBetter || index > 0, ["keep"],
                "is if-better, which has no effect in the first stage: there is nothing to compare with", nil,
                "Leave it out")
            try check.require(
                !stages[..<index].contains { $0.name == stage.name }, [],
                "is called \(stage.name), as one before it", "a name of its own")
        }
    }

    /// What the library throws for a flaw.
    func error(_ flaw: RecipeFlaw) -> TrainingError {
        flaw.error(in: flaw.stage.map { "Stage \(stages[$0].name)" } ?? "Recipe \(name)")
    }
}

extension HeadDesign {
    fileprivate func check(_ check: RecipeCheck) throws(RecipeFlaw) {
        let (units, dropout) = parts
        for count in units {
            try check.require(
                (1...1_000_000).contains(count), ["head"], "has a dense layer of \(count) units",
                Expected.units)
        }
        try check.value(["head", "dropout"], dropout, dropout >= 0 && dropout < 1, Expected.share)
        if case .flattened(units: [], _) = self {
            try check.require(
                dropout == 0, ["head", "dropout"], "has no effect",
                "dense layers that it comes after, as in {flatten: [256], dropout: 0.5}")
        }
    }

    private var parts: (units: [Int], dropout: Float) {
        switch self {
        case .pooled(let dropout): ([], dropout)
        case .flattened(let units, let dropout), .pooledDense(let units, let dropout): (units, dropout)
        }
    }
}

extension String {
    /// Whether there is text, in one line.
    fileprivate var isOneLine: Bool { !isEmpty && !contains(where: \.isNewline) }
}
