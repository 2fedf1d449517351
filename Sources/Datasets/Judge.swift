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
    /// From one in this many on, long pictures are worth a note.
    private static let fewLong = 5

    /// The files that cannot be used.
    var failures: [Finding] {
        examinations.compactMap { examination in
            let (kind, problem): (Finding.Kind, Problem)
            switch examination.outcome {
            case .usable: return nil
            case .badTarget(let flaw): (kind, problem) = (.badTarget, flaw)
            case .notRead(let failure): (kind, problem) = (.unreadable, failure)
            case .failed(let code, let failure):
                problem = failure
                kind =
                    switch code {
                    case .unreadable, .machine, .unwritable, .badPreprocessing, .badAugmentation, .changed:
                        .unreadable
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

    /// Numbers that are the same in every picture.
    var constantNumbers: [Finding] {
        census.numbers.filter { $0.count > 1 && $0.least == $0.greatest }.map { number in
            let message =
                "The number \(number.name) is \(number.mean.shortened) in every picture: there is nothing to learn."
            return Finding(severity: .warning, kind: .constantNumber, path: nil, message: message)
        }
    }

    /// Numbers that differ by less than what a network can tell at their size.
    var fineNumbers: [Finding] {
        census.numbers.filter { number in
            let size = max(number.least.magnitude, number.greatest.magnitude)
            let range = number.greatest - number.least
            return range > 0 && range < 1e-5 * size
        }.map { number in
            let message =
                "The number \(number.name) is near \(number.mean.shortened) everywhere and differs by "
                + "\((number.greatest - number.least).shortened) only: answers have seven digits. Learn what it is "
                + "more than \(number.least.shortened) instead."
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

    /// Pictures that show nothing, or next to nothing.
    var emptyPictures: [Finding] {
        examinations.compactMap { examination in
            let (kind, words): (Finding.Kind, String)
            switch examination.appearance?.contrast ?? .usual {
            case .usual: return nil
            case .blank: (kind, words) = (.blank, "is blank: all its pixels are the same.")
            case .faint(let levels):
                (kind, words) = (
                    .faint, "is nearly blank: its pixels differ by no more than \(levels) of 255 levels."
                )
            }
            return Finding(
                severity: .warning, kind: kind, path: examination.path,
                message: "\(examination.path) \(words)")
        }
    }

    /// Pictures so long that the middle square leaves out half of them or more, where they are many.
    var longPictures: [Finding] {
        let sizes = examinations.compactMap(\.appearance?.properties)
        let long = sizes.count { max($0.width, $0.height) >= 2 * min($0.width, $0.height) }
        guard long * Self.fewLong >= sizes.count, long > 0 else { return [] }
        let message =
            "\(long.grouped) of \(sizes.count.grouped) pictures are at least twice as long as wide: their middle square, "
            + "which is all that the network sees, is half of them or less. Resized whole, all of it is seen."
        return [Finding(severity: .note, kind: .outsideSquare, path: nil, message: message)]
    }

    /// Pictures whose names promise another format.
    var mistakenFormats: [Finding] {
        examinations.compactMap { examination in
            guard let format = examination.mistakenFormat else { return nil }
            let ending = examination.path.ending
            let message =
                "\(examination.path) is a \(format.name) picture, though named .\(ending); it is used."
            return Finding(severity: .note, kind: .mistakenFormat, path: examination.path, message: message)
        }
    }
}
