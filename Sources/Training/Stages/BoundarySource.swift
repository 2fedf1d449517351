package import GraftDatasets
internal import GraftFiles
package import GraftImages
internal import GraftTensors

/// The features of some pictures, in the order in which they were asked for.
package struct FeatureBlock: Sendable {
    let matrix: FeatureMatrix
    let rows: [Int]

    /// Copies what is `count` wide from `offset` on of one picture's features.
    func copy(
        _ position: Int, from offset: Int, count: Int, into target: inout MutableSpan<Float>, at place: Int
    ) {
        matrix.copy(rows[position], from: offset, count: count, into: &target, at: place)
    }
}

/// What the trained part of a network reads of pictures: outputs of the frozen part, or the pictures
/// themselves.
package protocol BoundarySource: Sendable {
    /// How many pictures are asked for at once; `nil` for all of an epoch.
    var blockSize: Int? { get }

    /// The features of these pictures in an epoch of training, counted from 1; in epoch 0 as validation sees
    /// them.
    func block(_ pictures: [Int], epoch: Int) async throws -> FeatureBlock
}

/// Features that are all there.
package struct CachedBoundary: BoundarySource {
    private let plain: FeatureMatrix
    /// For each picture that has features as it is, its row in them; `nil` where the rows are all pictures.
    private let plainRows: [Int: Int]?
    /// The variants of a picture one behind the other; `nil` where there are none.
    private let variants: FeatureMatrix?
    private let variantCount: Int
    /// For each picture that has variants, its position among those that have.
    private let places: [Int: Int]

    package var blockSize: Int? { nil }

    /// Features of pictures.
    ///
    /// - Parameters:
    ///   - plain: those of pictures as they are, one row each.
    ///   - plainPictures: the pictures that `plain` has rows of; all where it is `nil`.
    ///   - variants: those that epochs of training take one after the other, `variantCount` rows for each
    ///     picture; `plain` where there are none.
    ///   - pictures: the pictures that have variants.
    package init(
        _ plain: FeatureMatrix, of plainPictures: [Int]? = nil, variants: FeatureMatrix? = nil,
        variantCount: Int = 1, of pictures: [Int] = []
    ) {
        func rows(_ pictures: [Int]) -> [Int: Int] {
            Dictionary(uniqueKeysWithValues: pictures.enumerated().map { ($1, $0) })
        }
        self.plain = plain
        self.variants = variants
        self.variantCount = variantCount
        plainRows = plainPictures.map(rows)
        places = rows(pictures)
    }

    package func block(_ pictures: [Int], epoch: Int) async throws -> FeatureBlock {
        guard epoch > 0, let variants else {
            let rows =
                try plainRows.map { known in try pictures.map { try row(of: $0, in: known) } } ?? pictures
            return FeatureBlock(matrix: plain, rows: rows)
        }
        let variant = (epoch - 1) % variantCount
        let rows = try pictures.map { try row(of: $0, in: places) * variantCount + variant }
        return FeatureBlock(matrix: variants, rows: rows)
    }

    /// The row of a picture: one that is missing would move the targets of all behind it.
    private func row(of picture: Int, in rows: [Int: Int]) throws -> Int {
        guard let row = rows[picture] else {
            throw TrainingError(
                "Picture \(picture)", found: "has no features, though a stage of training asks for them",
                remedy: "This is a mistake in Graft: report it")
        }
        return row
    }
}

extension [Examination] {
    /// Lets no picture be missing that could be used when it was first read.
    ///
    /// - Throws: ``TrainingError`` that names the first one and says what happened to it.
    package func requireSamePictures() throws {
        for examination in self {
            let found: String
            switch examination.outcome {
            case .usable: continue
            case .failed(.changed, let problem): found = problem.found
            case .failed(_, let problem), .notRead(let problem), .badTarget(let problem):
                found = "could be used when training began, and now \(problem.found)"
            }
            throw TrainingError(
                examination.path, found: found,
                remedy: "Do not change pictures while they are trained on, and train again")
        }
    }
}

/// Features that are computed anew whenever they are asked for: pictures are read, decoded and changed at
/// random each time.
package struct ComputedBoundary: BoundarySource {
    private let runner: PictureRunner
    private let augmentation: Augmentation
    private let seed: UInt64
    private let variants: Int
    private let load: @Sendable (Int) -> LoadedPicture

    package var blockSize: Int? { 64 }

    /// Features of pictures that `load` reads.
    ///
    /// - Parameters:
    ///   - augmentation: how pictures are changed in training.
    ///   - variants: after so many epochs a picture's variants come again.
    package init(
        _ network: PictureNetwork, threads: Int, augmentation: Augmentation, variants: Int = .max,
        seed: UInt64,
        load: @Sendable @escaping (Int) -> LoadedPicture
    ) {
        runner = PictureRunner(network, threads: threads)
        self.augmentation = augmentation
        self.variants = variants
        self.seed = seed
        self.load = load
    }

    package func block(_ pictures: [Int], epoch: Int) async throws -> FeatureBlock {
        let isVaried = epoch > 0 && !augmentation.isNone
        let view: PictureView =
            isVaried
            ? .varied(Variation(augmentation, seed: seed, number: (epoch - 1) % variants)) : .plain
        let result = try await runner.run(count: pictures.count, views: [[view]]) { [load] in
            load(pictures[$0])
        }
        try result.examinations.requireSamePictures()
        return FeatureBlock(matrix: result.features, rows: Array(pictures.indices))
    }
}
