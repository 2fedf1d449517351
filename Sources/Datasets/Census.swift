/// How many usable pictures each class has, or what the numbers to learn are like.
struct Census {
    /// One class's counts.
    struct Count {
        let name: String
        /// Pictures to train on, some of which may be set aside for validation.
        var pool = 0
        var validation = 0
        var test = 0
    }

    /// One a class; a picture of several classes counts for each of them. None for regression.
    private(set) var classes: [Count] = []
    /// All pictures, whatever their classes.
    private(set) var all = Count(name: "")
    /// Pictures of no class.
    private(set) var unlabelledCount = 0
    /// The numbers to learn; none but for regression.
    let numbers: [DoctorReport.NumberSummary]
    /// Whether the data set gives a validation part.
    let hasValidation: Bool

    /// - Precondition: there is one examination a sample.
    init(_ dataset: some Dataset, _ examinations: [Examination]) {
        precondition(examinations.count == dataset.samples.count, "one examination a sample")
        let hasClasses = dataset.task.rules.hasClasses
        if hasClasses { classes = dataset.classes.map { Count(name: $0) } }
        hasValidation = dataset.hasValidation
        var sums = [Summation](
            repeating: Summation(), count: hasClasses ? 0 : dataset.classes.count)
        for (sample, examination) in zip(dataset.samples, examinations) where examination.isUsable {
            let part: WritableKeyPath<Count, Int> =
                switch sample.part {
                case nil, .train: \.pool
                case .validation: \.validation
                case .test: \.test
                }
            all[keyPath: part] += 1
            for label in sample.target.classes { classes[label][keyPath: part] += 1 }
            if hasClasses, sample.target.classes.isEmpty { unlabelledCount += 1 }
            for (index, value) in zip(sums.indices, sample.target.numbers) { sums[index].add(value) }
        }
        numbers = zip(dataset.classes, sums).filter { $1.count > 0 }.map { $1.summary(name: $0) }
    }

    var usableCount: Int { all.pool + all.validation + all.test }

    /// The values of one number.
    private struct Summation {
        var count = 0
        var sum = 0.0
        var least = Double.infinity
        var greatest = -Double.infinity

        mutating func add(_ value: Double) {
            count += 1
            sum += value
            least = min(least, value)
            greatest = max(greatest, value)
        }

        func summary(name: String) -> DoctorReport.NumberSummary {
            DoctorReport.NumberSummary(
                name: name, count: count, least: least, greatest: greatest, mean: sum / Double(count))
        }
    }
}
