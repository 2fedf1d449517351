internal import GraftExecution
internal import GraftFiles
internal import GraftImages
internal import GraftNetworks
internal import GraftTensors
internal import Synchronization

/// What all workers share: the next picture to take, and the results.
final class SharedPictures: Sendable {
    private let next = Atomic(0)
    private let finished: Mutex<Finished>
    /// The number of pictures.
    let count: Int

    private struct Finished {
        var features: FeatureMatrix
        var outcomes: [PictureRunner.Outcome?]
        var done = 0
        var cached = 0
    }

    init(count: Int, outputs: Int, width: Int) {
        self.count = count
        let rows = count * outputs
        finished = Mutex(
            Finished(
                features: FeatureMatrix(rows: rows, width: width),
                outcomes: [PictureRunner.Outcome?](repeating: nil, count: rows)))
    }

    /// The position of a picture that no worker has taken, until there is none.
    func takeNext() -> Int? {
        let taken = next.wrappingAdd(1, ordering: .relaxed).oldValue
        return taken < count ? taken : nil
    }

    /// Takes an output's result.
    ///
    /// - Parameter isInCache: whether a collection has the output, so that it need not be kept here.
    func finish(
        _ index: Int, _ outcome: PictureRunner.Outcome, _ output: Tensor?, isInCache: Bool = false
    ) -> PictureRunner.Event {
        finished.withLock { finished in
            if let output, !isInCache { finished.features.set(index, output) }
            finished.outcomes[index] = outcome
            finished.done += 1
            if case .cached = outcome { finished.cached += 1 }
            return PictureRunner.Event(
                index: index, outcome: outcome, output: output, done: finished.done, cached: finished.cached,
                total: finished.outcomes.count)
        }
    }

    /// The features of all pictures, those in the cache as parts of its files, and what became of each.
    func results(
        _ collections: [FeatureCollection]
    ) throws -> (FeatureMatrix, [PictureRunner.Outcome]) {
        try finished.withLock { finished in
            for (row, outcome) in finished.outcomes.enumerated() {
                guard case .computed(let digest) = outcome, !finished.features.has(row) else { continue }
                let collection = collections[row % collections.count]
                guard let features = collection.features(for: digest) else {
                    throw TrainingError(
                        collection.description.title,
                        found: "has features that cannot be read back from the cache",
                        remedy: "Check the disk, or use --no-cache")
                }
                finished.features.set(row, features)
            }
            return (finished.features, finished.outcomes.map { $0 ?? .failed(CancellationError()) })
        }
    }
}

/// Reads the weights and makes the plan when a first picture needs it, and not at all when all features are
/// cached.
final class SharedPlan: Sendable {
    private let network: PictureNetwork
    private let tapped: [String]
    private let state = Mutex<(parameters: ParameterStore?, plans: [Int: Plan])>((nil, [:]))

    init(_ network: PictureNetwork, tapped: [String]) {
        self.network = network
        self.tapped = tapped
    }

    func loadedParameters() throws -> ParameterStore {
        try state.withLock { state in
            let parameters = try state.parameters ?? network.loadParameters()
            state.parameters = parameters
            return parameters
        }
    }

    /// The plan for so many pictures at a time, made on the thread of the first worker that asks; all workers
    /// run one oneDNN thread.
    ///
    /// - Parameter isLast: whether no other number will be asked for.
    func plan(batch: Int, isLast: Bool) throws -> Plan {
        let parameters = try loadedParameters()
        return try state.withLock { state in
            let plan =
                try state.plans[batch]
                ?? Plan(
                    inferring: network.network, parameters, batch: batch, precision: network.precision,
                    quantization: network.quantization, outputs: network.outputs, tapped: tapped)
            if isLast { state.plans = [:] }
            state.plans[batch] = plan
            return plan
        }
    }
}

/// One thread's share of the work.
struct PictureWorker {
    struct Seconds: Sendable {
        var decode = 0.0
        var trunk = 0.0
    }

    let network: PictureNetwork
    /// For each output of a picture, the views that it is the mean of.
    let views: [[PictureView]]
    /// Where each output is kept; empty where none is.
    let collections: [FeatureCollection]
    let taps: [FeatureTap]
    let planning: SharedPlan
    let microBatch: MicroBatch
    /// The number of pictures that go through the network together now.
    private var batch: Int
    /// The memory for each number that is or was at work.
    private var workspaces: [Int: Workspace] = [:]
    /// The numbers with which the network has run.
    private var tried: Set<Int> = []
    private var pending: [(picture: Int, digest: SHA256Digest, output: Int)] = []
    /// The sum of what the views of one output gave, and how many there are yet.
    private var gathered: (sum: [Float], count: Int) = ([], 0)
    private var seconds = Seconds()
    private let input: String
    private let resampler = Resampler()

    init(
        _ network: PictureNetwork, views: [[PictureView]], collections: [FeatureCollection],
        taps: [FeatureTap], planning: SharedPlan, batch: MicroBatch
    ) {
        self.network = network
        self.views = views
        self.collections = collections
        self.taps = taps
        self.planning = planning
        microBatch = batch
        self.batch = batch.current
        input = network.network.nodes[0].name
    }

    mutating func work(
        on shared: SharedPictures, load: (Int) throws -> PictureRunner.LoadedPicture,
        onPicture: (PictureRunner.Event) -> Void
    ) throws -> Seconds {
        let clock = ContinuousClock()
        while !Task.isCancelled, let index = shared.takeNext() {
            let start = clock.now
            let picture: PictureRunner.LoadedPicture
            let image: PixelImage
            var missing = Array(views.indices)
            do {
                picture = try load(index)
                missing = missing.filter { output in
                    guard !collections.isEmpty,
                        let features = collections[output].features(for: picture.digest)
                    else { return true }
                    let row = index * views.count + output
                    onPicture(shared.finish(row, .cached(picture.digest), features))
                    return false
                }
                guard !missing.isEmpty else {
                    seconds.decode += (clock.now - start) / .seconds(1)
                    continue
                }
                image = try picture.decode()
            } catch {
                for output in missing {
                    onPicture(shared.finish(index * views.count + output, .failed(error), nil))
                }
                continue
            }
            seconds.decode += (clock.now - start) / .seconds(1)
            for output in missing {
                for view in views[output] {
                    let start = clock.now
                    try write(image, view, picture.digest, into: pending.count)
                    pending.append((index, picture.digest, output))
                    seconds.decode += (clock.now - start) / .seconds(1)
                    if pending.count == batch { try compute(shared, onPicture) }
                }
            }
        }
        if !pending.isEmpty { try compute(shared, onPicture) }
        return seconds
    }

    private mutating func write(
        _ image: PixelImage, _ view: PictureView, _ digest: SHA256Digest, into slot: Int
    ) throws {
        let workspace = try preparedWorkspace()
        try workspace.withFloats(of: input) { batch in
            switch view {
            case .plain:
                network.preprocessing.write(image, into: &batch, slot: slot, using: resampler)
            case .mirrored:
                var change = PictureChange()
                change.isMirrored = true
                network.preprocessing.write(
                    image, into: &batch, slot: slot, using: resampler, changedBy: change)
            case .varied(let variation):
                var generator = variation.generator(for: digest)
                network.preprocessing.write(
                    image, into: &batch, slot: slot, using: resampler, augmentedBy: variation.augmentation,
                    generator: &generator)
            }
        }
    }

    private mutating func compute(
        _ shared: SharedPictures, _ onPicture: (PictureRunner.Event) -> Void
    ) throws {
        let clock = ContinuousClock()
        let start = clock.now
        let workspace = try preparedWorkspace()
        let begin = clock.now
        try workspace.runForward()
        // A first run is slower.
        if !tried.insert(batch).inserted {
            microBatch.report(pending.count, with: batch, seconds: (clock.now - begin) / .seconds(1))
        }
        let rows = try rows(of: network.outputs, in: workspace)
        seconds.trunk += (clock.now - start) / .seconds(1)
        // Before the pictures are done: what stops between finds all of a picture or computes it again.
        for tap in taps {
            let tapped = try self.rows(of: tap.nodes, in: workspace)
            for ((picture, digest, output), row) in zip(pending, tapped) {
                guard tap.pictures?.contains(picture) ?? true else { continue }
                tap.collections[output]?.append(row, for: digest)
            }
        }
        for ((picture, digest, output), row) in zip(pending, rows) {
            guard let features = gather(row, of: views[output].count) else { continue }
            let isInCache = !collections.isEmpty && collections[output].append(features, for: digest)
            let tensor = Tensor(features, shape: [features.count])
            onPicture(
                shared.finish(
                    picture * views.count + output, .computed(digest), tensor, isInCache: isInCache))
        }
        pending.removeAll(keepingCapacity: true)
        adoptMicroBatch()
    }

    /// Goes on with another number of pictures at a time, where that is wanted now.
    private mutating func adoptMicroBatch() {
        let wanted = microBatch.current
        guard wanted != batch else { return }
        batch = wanted
        if microBatch.isChosen { workspaces = workspaces.filter { $0.key == wanted } }
    }

    /// What some nodes gave together for each of the pending pictures.
    private func rows(of nodes: [String], in workspace: Workspace) throws -> [[Float]] {
        var rows = pending.map { _ in [Float]() }
        for node in nodes {
            try workspace.withFloats(of: node) { span in
                let width = span.count / batch
                unsafe span.withUnsafeMutableBufferPointer { values in
                    for row in rows.indices {
                        unsafe rows[row].append(contentsOf: values[row * width..<(row + 1) * width])
                    }
                }
            }
        }
        return rows
    }

    /// The mean over so many views of an output once the last one is there; they come one after the other.
    private mutating func gather(_ row: [Float], of count: Int) -> [Float]? {
        if count == 1 { return row }
        if gathered.count == 0 {
            gathered.sum = row
        } else {
            for index in row.indices { gathered.sum[index] += row[index] }
        }
        gathered.count += 1
        guard gathered.count == count else { return nil }
        gathered.count = 0
        return gathered.sum.map { $0 / Float(count) }
    }

    private mutating func preparedWorkspace() throws -> Workspace {
        if let workspace = workspaces[batch] { return workspace }
        let clock = ContinuousClock()
        let start = clock.now
        let made = try Workspace(planning.plan(batch: batch, isLast: microBatch.isChosen))
        seconds.trunk += (clock.now - start) / .seconds(1)
        seconds.decode -= (clock.now - start) / .seconds(1)
        workspaces[batch] = made
        return made
    }
}
