public import GraftDatasets
public import GraftFiles
internal import GraftTraining

/// Evaluates a model on labelled pictures: asks a ``Predictor`` and folds its answers.
///
/// ```swift
/// let evaluation = try await Evaluator(model).evaluate(ImageFolder("photos"))
/// print(evaluation.top1)
/// ```
public struct Evaluator: Sendable {
    /// The model.
    public let bundle: ModelBundle
    /// How it answers. With more than one view the cache is neither used nor filled.
    public var settings = Predictor.Settings()
    /// Whether features are looked up and kept in the cache.
    public var usesCache = true
    /// Where the cache is.
    public var home = GraftHome.current
    /// The greatest number of pictures, drawn from the chosen part with the same share of each class; all where
    /// it is `nil`.
    public var limit: Int?
    /// Whether pictures that the model was trained on count as well.
    public var includesTrainingPictures = false

    /// An evaluator.
    public init(_ bundle: ModelBundle) { self.bundle = bundle }

    /// Evaluates on the test part of the data, else its validation part, else all of it; pictures that the
    /// model was trained on do not count.
    ///
    /// - Parameters:
    ///   - dataset: the labelled pictures; its classes must be the model's.
    ///   - onProgress: is told how far the work is.
    ///   - onFindings: is told what is wrong with the data.
    ///   - onCacheProblems: is told what is wrong with the feature cache, if anything.
    /// - Throws: `DatasetError` or `SettingError` where the classes are not the model's, nothing is left to
    ///   evaluate on, or a setting is impossible for the model.
    public func evaluate(
        _ dataset: any Dataset, onProgress: (FeatureProgress) -> Void = { _ in },
        onFindings: (DoctorReport) -> Void = { _ in },
        onCacheProblems: ([Problem]) -> Void = { _ in }
    ) async throws -> Evaluation {
        try await evaluate(
            dataset, onProgress: onProgress, onFindings: onFindings, onCacheProblems: onCacheProblems
        ) { _, _, _ in }
    }

    /// Evaluates, and hands on what the model says of each picture that counts.
    ///
    /// - Parameter onAnswer: is given a picture, what is right in the model's own order of names, and the answer.
    package func evaluate(
        _ dataset: any Dataset, onProgress: (FeatureProgress) -> Void = { _ in },
        onFindings: (DoctorReport) -> Void = { _ in },
        onCacheProblems: ([Problem]) -> Void = { _ in },
        onAnswer: (Sample, Target, PictureAnswer) throws -> Void
    ) async throws -> Evaluation {
        guard dataset.task == bundle.task else {
            throw SettingError(
                dataset.root, found: "is data for \(dataset.task.name)",
                expected: "data for \(bundle.task.name), for which the model was trained")
        }
        let places = try places(of: dataset)
        let (part, chosen) = choose(dataset)
        var subset = DatasetSubset(dataset, indices: chosen)
        if let limit { subset = try DatasetSubset(subset, limit: limit, seed: 0) }
        let samples = subset.samples
        var collection: FeatureCollection?
        let predictor = try Predictor(bundle, settings: settings) { network in
            guard usesCache, settings.viewCount == 1 else { return nil }
            collection = try bundle.featureCollection(of: network, home: home)
            return collection
        }
        var fold = EvaluationFold(
            bundle, predictor.rules, notCounting: includesTrainingPictures ? [] : trainedDigests)
        let start = ContinuousClock.now
        var (examinations, cached): ([Examination], Int) = ([], 0)
        try await predictor.answer(samples) { position, answer in
            let sample = samples[position]
            let target = answer.answer == nil ? sample.target : sample.target.placed(at: places)
            if fold.add(answer, target) { try onAnswer(sample, target, answer) }
            examinations.append(answer.examination)
            if answer.isCached { cached += 1 }
            onProgress(
                FeatureProgress(
                    done: examinations.count, total: samples.count, cached: cached, since: start))
        }
        if let problems = collection?.problems, !problems.isEmpty { onCacheProblems(problems) }
        onFindings(DoctorReport(subset, examinations))
        guard fold.images > 0 else {
            throw SettingError(
                dataset.root, found: "has no picture to evaluate on that the model was not trained on",
                remedy: "Give other pictures, or \(.turnOn(.includesTrainingPictures))")
        }
        return fold.evaluation(of: part)
    }

    /// For each name of the data, its position among the model's.
    private func places(of dataset: any Dataset) throws -> [Int] {
        func list(_ names: [String]) -> String {
            names.prefix(8).joined(separator: ", ") + (names.count > 8 ? ", …" : "")
        }
        let places = try dataset.classes.map { name in
            // The model's name in another Unicode form is meant: no data has both.
            guard let place = bundle.classes.firstIndex(of: name) else {
                let hasClasses = bundle.task.rules.hasClasses
                throw SettingError(
                    dataset.root,
                    found:
                        "has the \(hasClasses ? "class" : "number") \(name), which the model does not know",
                    expected:
                        "only \(hasClasses ? "classes" : "numbers") of the model (\(list(bundle.classes)))",
                    remedy: hasClasses ? "Name the folders like the model's classes" : nil)
            }
            return place
        }
        // A picture has all numbers or none that can be compared.
        guard bundle.task.rules.hasClasses || places.count == bundle.classes.count else {
            throw SettingError(
                dataset.root, found: "has the numbers \(list(dataset.classes))",
                expected: "all that the model tells: \(list(bundle.classes))")
        }
        return places
    }

    private func choose(_ dataset: any Dataset) -> (String, [Int]) {
        let samples = dataset.samples
        for part in [Part.test, .validation] where samples.contains(where: { $0.part == part }) {
            return (part.rawValue, samples.indices.filter { samples[$0].part == part })
        }
        return ("all", Array(samples.indices))
    }

    /// The contents that the model was trained on.
    private var trainedDigests: Set<SHA256Digest> {
        Set((bundle.split?.members ?? []).filter { $0.part == .train }.map(\.digest))
    }
}

extension Target {
    /// The same with other positions of the classes, and of the numbers.
    ///
    /// - Parameter places: for each name of the data, its position.
    func placed(at places: [Int]) -> Target {
        var target = Target(classes: classes.map { places[$0] }.sorted(), numbers: numbers)
        for (index, number) in numbers.enumerated() { target.numbers[places[index]] = number }
        return target
    }
}
