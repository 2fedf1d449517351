internal import GraftDatasets
internal import GraftTraining

/// Which pictures are meant, where it need not be known yet which they are.
enum PictureGroup: Sendable, Hashable {
    /// Every picture.
    case all
    /// Those to train on, once the pictures are split.
    case training
    /// Those that validation and tests see, once the pictures are split.
    case evaluated
    /// Those to train on, as the data itself says.
    case givenTraining
    /// All others, as the data itself says.
    case givenOthers

    /// Whether these are among the pictures of another group.
    func isPart(of other: PictureGroup) -> Bool {
        switch (self, other) {
        case (_, .all), (.training, .givenTraining), (.evaluated, .givenOthers): true
        default: self == other
        }
    }
}

/// One pass over pictures: what is frozen is computed or found for each of them.
struct FeaturePass: Sendable, Hashable {
    /// Which pictures.
    let pictures: PictureGroup
    /// A picture has a row for each of these; one as it is where there are none.
    let variations: [Variation]
    /// Whether an earlier stage computes the same on the way, so that all of it is found.
    var isOnTheWay = false
}

/// What a stage reads of pictures.
struct StageReading: Sendable {
    /// The passes with which all pictures are read first, before it is known which are for what; of the first stage
    /// only. None where pictures are read and nothing is computed of them.
    let examination: [FeaturePass]
    /// The passes that give what the stage is trained and evaluated on: of pictures as they are, then of variants.
    /// None where pictures are read, and what is frozen is computed, anew in each epoch.
    let passes: [FeaturePass]

    /// What of the passes was not computed when the pictures were examined.
    var remaining: [FeaturePass] {
        passes.filter { pass in
            !examination.contains {
                $0.variations == pass.variations && pass.pictures.isPart(of: $0.pictures)
            }
        }
    }

    /// What each stage reads.
    ///
    /// - Parameters:
    ///   - partsAreGiven: whether the data says itself which pictures are for validation.
    ///   - resumes: whether training goes on somewhere, so that the first stage may be over.
    static func all(
        _ plans: [StagePlan], seed: UInt64, partsAreGiven: Bool, resumes: Bool
    ) -> [StageReading] {
        plans.enumerated().map { number, plan in
            let variations = plan.variations(seed: seed)
            let isOnTheWay = plans.computeOnTheWay(number, seed: seed)
            guard plan.isCached else { return StageReading(examination: [], passes: []) }
            guard !variations.isEmpty else {
                let pass = FeaturePass(pictures: .all, variations: [], isOnTheWay: isOnTheWay)
                return StageReading(examination: number == 0 ? [pass] : [], passes: [pass])
            }
            // Training sees variants only. Which pictures are split off is not known when all are read as they
            // are, where the data does not say it: those are computed by themselves.
            let passes = [
                FeaturePass(pictures: .evaluated, variations: [], isOnTheWay: isOnTheWay && partsAreGiven),
                FeaturePass(pictures: .training, variations: variations, isOnTheWay: isOnTheWay),
            ]
            guard number == 0 else { return StageReading(examination: [], passes: passes) }
            let examination =
                partsAreGiven && !resumes
                ? [
                    FeaturePass(pictures: .givenTraining, variations: variations),
                    FeaturePass(pictures: .givenOthers, variations: []),
                ] : [FeaturePass(pictures: .all, variations: [])]
            return StageReading(examination: examination, passes: passes)
        }
    }
}
