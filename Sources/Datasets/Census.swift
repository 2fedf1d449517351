/// How many usable pictures each class has.
struct Census {
    /// One class's counts.
    struct Count {
        let name: String
        /// Pictures to train on, some of which may be set aside for validation.
        var pool = 0
        var validation = 0
        var test = 0
        /// Pictures that cannot be used.
        var failed = 0
    }

    private(set) var classes: [Count]
    /// Whether the data set gives a validation part.
    let hasValidation: Bool

    /// - Precondition: there is one examination a sample.
    init(_ dataset: some Dataset, _ examinations: [Examination]) {
        precondition(examinations.count == dataset.samples.count, "one examination a sample")
        classes = dataset.classes.map { Count(name: $0) }
        hasValidation = dataset.samples.contains { $0.part == .validation }
        for (sample, examination) in zip(dataset.samples, examinations) {
            guard examination.isUsable else {
                classes[sample.label].failed += 1
                continue
            }
            switch sample.part {
            case nil, .train: classes[sample.label].pool += 1
            case .validation: classes[sample.label].validation += 1
            case .test: classes[sample.label].test += 1
            }
        }
    }

    var usableCount: Int { classes.reduce(0) { $0 + $1.pool + $1.validation + $1.test } }
}
