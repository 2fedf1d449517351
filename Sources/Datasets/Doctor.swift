internal import GraftFiles

/// Reads every picture of a data set and tells what is wrong.
///
/// Reading and judging are apart: `examine(_:threads:progress:)` gives one `Examination` a sample, and so
/// may a training run that decodes the pictures anyway; `DoctorReport` turns them into findings.
///
/// ```swift
/// let report = try await Doctor.report(on: photos, threads: 4)
/// ```
public enum Doctor {
    /// Reads and decodes every picture, and tells what is wrong.
    ///
    /// - Parameters:
    ///   - dataset: the pictures.
    ///   - threads: how many pictures are decoded at once, at least 1.
    /// - Throws: `CancellationError` where the task is cancelled, `FileError` where the machine fails.
    public static func report(on dataset: any Dataset, threads: Int) async throws -> DoctorReport {
        DoctorReport(dataset, try await examine(dataset, threads: threads))
    }

    /// Reads and decodes every sample.
    ///
    /// - Parameters:
    ///   - dataset: The data whose samples are read.
    ///   - threads: How many pictures are decoded at once.
    ///   - progress: Called after each picture, never twice at once, with how many are done and how many
    ///     there are.
    /// - Returns: One examination a sample, in the order of the samples.
    /// - Throws: `CancellationError` where the task is cancelled, `FileError` where the machine fails.
    package static func examine(
        _ dataset: some Dataset, threads: Int, progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) async throws -> [Examination] {
        let samples = dataset.samples
        return try await examine(count: samples.count, threads: threads, progress: progress) {
            samples[$0].load()
        }
    }

    /// Decodes pictures and says what that showed, in their order.
    ///
    /// - Parameter load: reads the picture at a position; called on several threads at once.
    /// - Throws: `CancellationError` where the task is cancelled, `FileError` where the machine fails.
    package static func examine(
        count: Int, threads: Int, progress: (_ done: Int, _ total: Int) -> Void = { _, _ in },
        load: @Sendable @escaping (Int) -> LoadedPicture
    ) async throws -> [Examination] {
        try await withThrowingTaskGroup(of: (Int, Examination).self) { group in
            var results = [Examination?](repeating: nil, count: count)
            var next = 0
            func addTask() {
                guard next < count else { return }
                let index = next
                next += 1
                group.addTask {
                    try Task.checkCancellation()
                    let examination = load(index).decode().examination
                    try examination.requireMachine()
                    return (index, examination)
                }
            }
            for _ in 0..<max(threads, 1) { addTask() }
            var done = 0
            while let (index, examination) = try await group.next() {
                results[index] = examination
                done += 1
                progress(done, count)
                addTask()
            }
            return results.compactMap(\.self)
        }
    }

    /// What keeps a data set from being trained on, judged by its usable pictures, gravest first.
    ///
    /// Pictures of one class each need two classes, and pictures of each of them to train on: where the
    /// classes are known apart from the pictures, of two of them. Where a picture has any number of classes,
    /// or numbers, there must be pictures to train on.
    ///
    /// - Precondition: there is one examination a sample.
    package static func obstacles(to dataset: some Dataset, _ examinations: [Examination]) -> [DatasetError] {
        let census = Census(dataset, examinations)
        let root = dataset.root
        if census.usableCount == 0 {
            return [DatasetError(.noPictures, Problem(root, found: "holds no picture that can be read"))]
        }
        let least = census.hasValidation ? 1 : 2
        guard dataset.task.rules.needsEveryClass else {
            guard census.all.pool < least else { return [] }
            let problem = Problem(
                root,
                found: census.all.pool == 0
                    ? "has no usable picture to train on" : "has only 1 usable picture to train on",
                expected: "at least \(least)", remedy: "Add pictures")
            return [DatasetError(.tooFewPictures, problem)]
        }
        guard dataset.classes.count > 1 else {
            let problem = Problem(
                root, found: "has only one class, \(dataset.classes.first ?? "")", expected: "at least two",
                remedy: "Add a folder with pictures of something else")
            return [DatasetError(.oneClass, problem)]
        }
        if dataset.declaresClasses {
            let trained = census.classes.filter { $0.pool > 0 }
            guard trained.count < 2 else { return [] }
            let found = trained.first.map { "has pictures to train on of only one class, \($0.name)" }
            let problem = Problem(
                root, found: found ?? "has no usable picture to train on", expected: "at least two classes",
                remedy: "Add pictures of something else")
            return [DatasetError(.oneClass, problem)]
        }
        return census.classes.compactMap { count in
            if count.pool == 0, count.validation + count.test > 0 {
                let problem = Problem(
                    "Class \(count.name)",
                    found: "is in the \(count.validation > 0 ? "validation" : "test") part only",
                    expected: "pictures to train on",
                    remedy: "Add some to the training part, or remove the class")
                return DatasetError(.untrainedClass, problem)
            }
            guard count.pool < least else { return nil }
            let found = count.pool == 0 ? "has no usable picture" : "has only 1 usable picture"
            let problem = Problem(
                "Class \(count.name)", found: found, expected: "at least \(least) to train on",
                remedy: "Add pictures, or remove the class")
            return DatasetError(.tooFewPictures, problem)
        }
    }
}
