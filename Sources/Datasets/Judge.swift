internal import GraftFiles
internal import GraftImages

/// Turns examinations into findings.
struct Judge {
    let dataset: any Dataset
    let examinations: [Examination]
    let census: Census

    /// Below this many pictures a class is worth a note.
    private static let fewPictures = 10
    /// From this ratio of the largest class to the smallest on, the classes are worth a note.
    private static let greatImbalance = 5

    /// The files that cannot be used.
    var failures: [Finding] {
        examinations.compactMap { examination in
            let (kind, problem): (Finding.Kind, Problem)
            switch examination.outcome {
            case .usable: return nil
            case .badTarget(let flaw): (kind, problem) = (.badTarget, flaw)
            case .failed(let code, let failure):
                problem = failure
                kind =
                    switch code {
                    case .unreadable, .unwritable, .badPreprocessing, .badAugmentation: .unreadable
                    case .empty: .empty
                    case .cutShort: .cutShort
                    case .damaged: .damaged
                    case .notAPicture: .notAPicture
                    case .unsupported: .unsupported
                    case .tooLarge: .tooLarge
                    }
            }
            let message = Problem(problem.subject, found: problem.found, expected: problem.expected)
                .description
            return Finding(severity: .leftOut, kind: kind, path: examination.path, message: message)
        }
    }

    /// What keeps the data from being trained on.
    var obstacles: [Finding] {
        Doctor.obstacles(to: dataset, examinations).map {
            Finding(severity: .warning, kind: .obstacle, path: nil, message: $0.description)
        }
    }

    /// Pictures that are there more than once.
    var repetitions: [Finding] {
        var byDigest: [SHA256Digest: [Sample]] = [:]
        for (sample, examination) in zip(dataset.samples, examinations) where examination.isUsable {
            if let digest = examination.digest { byDigest[digest, default: []].append(sample) }
        }
        let groups = byDigest.values.filter { $0.count > 1 }
            .sorted { $0[0].path.utf8.lexicographicallyPrecedes($1[0].path.utf8) }
        return groups.flatMap { group in
            group.indices.dropFirst().map { repetition(group[$0], after: group[..<$0]) }
        }
    }

    /// What one repeated picture means: the gravest of what holds against any of the earlier ones.
    private func repetition(_ sample: Sample, after earlier: ArraySlice<Sample>) -> Finding {
        if let other = earlier.first(where: { $0.target != sample.target }) {
            let its = "\(dataset.task.rules.possessive) \(dataset.words(for: sample.target))"
            let message =
                "\(sample.path) is the same picture as \(other.path), but \(its), "
                + "not \(dataset.words(for: other.target))."
            return Finding(severity: .warning, kind: .conflictingLabels, path: sample.path, message: message)
        }
        if let other = earlier.first(where: { $0.part != sample.part }) {
            let message = "\(sample.path) is the same picture as \(other.path), which is in another part."
            return Finding(severity: .warning, kind: .leakage, path: sample.path, message: message)
        }
        let message = "\(sample.path) is the same picture as \(earlier.first?.path ?? "another")."
        return Finding(severity: .note, kind: .duplicate, path: sample.path, message: message)
    }

    /// Numbers that are the same in every picture.
    var constantNumbers: [Finding] {
        census.numbers.filter { $0.count > 1 && $0.least == $0.greatest }.map { number in
            let message =
                "The number \(number.name) is \(number.mean.shortened) in every picture: there is nothing to learn."
            return Finding(severity: .warning, kind: .constantNumber, path: nil, message: message)
        }
    }

    /// Classes that no picture to train on has, where that is no obstacle.
    var untrainedClasses: [Finding] {
        guard !dataset.task.rules.needsEveryClass || dataset.declaresClasses else { return [] }
        return census.classes.filter { $0.pool == 0 }.map { count in
            let message = "Class \(count.name) has no usable picture to train on: it cannot be learned."
            return Finding(severity: .warning, kind: .emptyClass, path: nil, message: message)
        }
    }

    /// Classes that are small, or much smaller than others, or missing in a part.
    var classSizes: [Finding] {
        var found: [Finding] = []
        let hasTest = dataset.samples.contains { $0.part == .test }
        for count in census.classes where count.pool > 0 {
            if count.pool > 1 && count.pool < Self.fewPictures {
                let message =
                    "Class \(count.name) has only \(count.pool) pictures to train on; expected \(Self.fewPictures) or more."
                found.append(Finding(severity: .note, kind: .smallClass, path: nil, message: message))
            }
            for (isMissing, part) in [
                (census.hasValidation && count.validation == 0, Part.validation),
                (hasTest && count.test == 0, .test),
            ] where isMissing {
                let message = "Class \(count.name) has no usable picture in the \(part.rawValue) part."
                found.append(Finding(severity: .warning, kind: .missingInPart, path: nil, message: message))
            }
        }
        let filled = census.classes.filter { $0.pool > 0 }
        if let largest = filled.max(by: { $0.pool < $1.pool }),
            let smallest = filled.min(by: { $0.pool < $1.pool }),
            largest.pool >= Self.greatImbalance * smallest.pool
        {
            let message =
                "The classes are unbalanced: \(largest.name) has \(largest.pool) pictures to train on, "
                + "\(smallest.name) has \(smallest.pool)."
            found.append(Finding(severity: .note, kind: .imbalance, path: nil, message: message))
        }
        return found
    }

    /// Pictures whose names promise another format.
    var mistakenFormats: [Finding] {
        examinations.compactMap { examination in
            guard let format = examination.mistakenFormat else { return nil }
            let ending = FileEnding(of: examination.path).text
            let message =
                "\(examination.path) is a \(format.name) picture, though named .\(ending); it is used."
            return Finding(severity: .note, kind: .mistakenFormat, path: examination.path, message: message)
        }
    }

    /// Files that are no pictures, or are where no class is.
    var unusedFiles: [Finding] {
        dataset.unusedFiles.map { path in
            let message = "\(path) is not a picture of any class and is not used."
            return Finding(severity: .note, kind: .unusedFile, path: path, message: message)
        }
    }
}
