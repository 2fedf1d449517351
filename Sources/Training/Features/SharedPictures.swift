internal import GraftDatasets
internal import GraftFiles
internal import GraftTensors
internal import Synchronization

/// What all workers share: the next picture to take, and the results.
final class SharedPictures: Sendable {
    private let next = Atomic(0)
    private let finished: Mutex<Finished>
    /// The number of pictures.
    let count: Int
    private let outputs: Int
    /// Whether rows are kept for ``results(_:)``.
    private let keepsRows: Bool

    private struct Finished {
        var features: FeatureMatrix
        var examinations: [Examination?]
        /// The rows that are to be read from the cache.
        var inCache: Set<Int> = []
        var done = 0
        var cached = 0
    }

    /// - Parameter width: that of a row; 0 where rows are told of and not kept.
    init(count: Int, outputs: Int, width: Int) {
        self.count = count
        self.outputs = outputs
        keepsRows = width > 0
        finished = Mutex(
            Finished(
                features: FeatureMatrix(rows: width > 0 ? count * outputs : 0, width: width),
                examinations: [Examination?](repeating: nil, count: count)))
    }

    /// The position of a picture that no worker has taken, until there is none.
    func takeNext() -> Int? {
        let taken = next.wrappingAdd(1, ordering: .relaxed).oldValue
        return taken < count ? taken : nil
    }

    /// Takes an output's result.
    ///
    /// - Parameters:
    ///   - output: what the network gave; `nil` where the picture cannot be used.
    ///   - features: what the output was made of, where a tail made it.
    ///   - isCached: whether it was found instead of computed.
    ///   - isInCache: whether a collection has the output, so that it need not be kept here.
    func finish(
        _ index: Int, _ examination: Examination, _ output: Tensor?, features: Tensor? = nil,
        isCached: Bool = false, isInCache: Bool = false
    ) -> PictureRunner.Event {
        finished.withLock { finished in
            if isInCache, keepsRows { finished.inCache.insert(index) }
            if let output, !isInCache, keepsRows { finished.features.set(index, output) }
            finished.examinations[index / outputs] = examination
            finished.done += 1
            if isCached { finished.cached += 1 }
            return PictureRunner.Event(
                index: index, examination: examination, isCached: isCached, output: output,
                features: features, done: finished.done, cached: finished.cached)
        }
    }

    /// The features of all pictures, those in the cache as parts of its files, and what reading each showed.
    func results(_ collections: [FeatureCollection]) throws -> (FeatureMatrix, [Examination]) {
        try finished.withLock { finished in
            for row in finished.inCache {
                let collection = collections[row % collections.count]
                let digest = finished.examinations[row / outputs]?.digest
                guard let features = digest.flatMap({ collection.features(for: $0) }) else {
                    throw TrainingError(
                        collection.description.title,
                        found: "has features that cannot be read back from the cache",
                        remedy: "Check the disk, or \(.turnOff(.usesCache))")
                }
                finished.features.set(row, features)
            }
            return (finished.features, finished.examinations.compactMap(\.self))
        }
    }
}
