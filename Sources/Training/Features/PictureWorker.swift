internal import GraftDatasets
internal import GraftExecution
internal import GraftFiles
internal import GraftImages
internal import GraftNetworks
internal import GraftTensors

/// One thread's share of the work.
struct PictureWorker {
    struct Seconds: Sendable {
        var decode = 0.0
        var trunk = 0.0
    }

    let network: PictureNetwork
    /// Where each output is kept; empty where none is.
    let collections: [FeatureCollection]
    let taps: [FeatureTap]
    let planning: SharedPlan
    let microBatch: MicroBatch
    /// The number of pictures that go through the network together now.
    private var batch: Int
    /// The most pictures that can go through it together in this call.
    private var limit = 1
    /// For each output of a picture, the views that it is the mean of.
    private var views: [[PictureView]] = [[.plain]]
    /// The memory for each number that is or was at work.
    private var workspaces: [Int: Workspace] = [:]
    /// The memory of what makes answers of features.
    private var tail: Workspace?
    /// The numbers with which the network has run.
    private var tried: Set<Int> = []
    private var pending: [(picture: Int, examination: Examination, output: Int)] = []
    /// The sum of what the views of one output gave, and how many there are yet.
    private var gathered: (sum: [Float], count: Int) = ([], 0)
    private var seconds = Seconds()
    private let input: String
    private let resampler = Resampler()

    init(
        _ network: PictureNetwork, collections: [FeatureCollection], taps: [FeatureTap],
        planning: SharedPlan, batch: MicroBatch
    ) {
        self.network = network
        self.collections = collections
        self.taps = taps
        self.planning = planning
        microBatch = batch
        self.batch = batch.current
        input = network.network.nodes[0].name
    }

    /// Takes pictures until there is none left, reads and computes them.
    mutating func work(
        on shared: SharedPictures, views: [[PictureView]], load: (Int) -> LoadedPicture,
        onPicture: (PictureRunner.Event) -> Void
    ) throws -> Seconds {
        let clock = ContinuousClock()
        seconds = Seconds()
        self.views = views
        // What an earlier call that failed has left belongs to nobody.
        pending.removeAll(keepingCapacity: true)
        gathered = ([], 0)
        // One picture alone does not wait for another.
        limit = max(shared.count * views.reduce(0) { $0 + $1.count }, 1)
        batch = min(microBatch.current, limit)
        while !Task.isCancelled, let index = shared.takeNext() {
            let start = clock.now
            let picture = load(index)
            try picture.examination.requireMachine()
            var missing = Array(views.indices)
            if !collections.isEmpty, picture.examination.isUsable, let digest = picture.examination.digest {
                missing = try missing.filter { output in
                    guard let features = collections[output].features(for: digest) else { return true }
                    onPicture(
                        shared.finish(
                            index * views.count + output, picture.examination, try answer(features),
                            features: network.tail == nil ? nil : features, isCached: true))
                    return false
                }
            }
            guard !missing.isEmpty else {
                seconds.decode += (clock.now - start) / .seconds(1)
                continue
            }
            let (examination, decoded) = picture.decode()
            seconds.decode += (clock.now - start) / .seconds(1)
            guard let image = decoded else {
                for output in missing {
                    onPicture(shared.finish(index * views.count + output, examination, nil))
                }
                continue
            }
            for output in missing {
                for view in views[output] {
                    let start = clock.now
                    try write(image, view, examination.digest, into: pending.count)
                    pending.append((index, examination, output))
                    seconds.decode += (clock.now - start) / .seconds(1)
                    if pending.count == batch { try compute(shared, onPicture) }
                }
            }
        }
        if !pending.isEmpty { try compute(shared, onPicture) }
        return seconds
    }

    /// What the network gives for inputs [count, height, width, channels] as it receives them.
    mutating func outputs(for inputs: Tensor) throws -> [[Float]] {
        let count = inputs.shape.rank > 0 ? inputs.shape[0] : 0
        guard count > 0 else { return [] }
        (batch, limit) = (1, 1)
        let workspace = try preparedWorkspace()
        let values = inputs.floats
        let size = values.count / count
        return try (0..<count).map { example in
            try workspace.withFloats(of: input) { target in
                for index in 0..<size { target[index] = values[example * size + index] }
            }
            try workspace.runForward()
            var features: [Float] = []
            for node in network.outputs {
                try workspace.withFloats(of: node) { span in
                    for index in span.indices { features.append(span[index]) }
                }
            }
            return try answer(features)
        }
    }

    private mutating func write(
        _ image: PixelImage, _ view: PictureView, _ digest: SHA256Digest?, into slot: Int
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
                guard let digest else { preconditionFailure("variants follow from a picture's content") }
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
            for ((picture, examination, output), row) in zip(pending, tapped) {
                guard tap.pictures?.contains(picture) ?? true, let digest = examination.digest else {
                    continue
                }
                tap.collections[output]?.append(row, for: digest)
            }
        }
        for ((picture, examination, output), row) in zip(pending, rows) {
            var isInCache = false
            if !collections.isEmpty, let digest = examination.digest {
                isInCache = collections[output].append(row, for: digest) && network.tail == nil
            }
            guard let features = gather(try answer(row), of: views[output].count) else { continue }
            let tensor = Tensor(features, shape: [features.count])
            let isWhole = network.tail != nil && views[output].count == 1
            onPicture(
                shared.finish(
                    picture * views.count + output, examination, tensor,
                    features: isWhole ? Tensor(row, shape: [row.count]) : nil, isInCache: isInCache))
        }
        pending.removeAll(keepingCapacity: true)
        adoptMicroBatch()
    }

    /// Goes on with another number of pictures at a time, where that is wanted now.
    private mutating func adoptMicroBatch() {
        let wanted = min(microBatch.current, limit)
        guard wanted != batch else { return }
        batch = wanted
        guard microBatch.isChosen else { return }
        workspaces = workspaces.filter { $0.key == wanted }
        planning.keepOnly(batch: wanted)
    }

    /// What the tail makes of a picture's features, or these themselves.
    private mutating func answer(_ features: Tensor) throws -> Tensor {
        guard network.tail != nil else { return features }
        let answer = try answer(features.floats)
        return Tensor(answer, shape: [answer.count])
    }

    /// What the tail makes of a picture's features, or these themselves.
    private mutating func answer(_ features: [Float]) throws -> [Float] {
        guard let network = network.tail else { return features }
        if tail == nil { tail = try planning.tailPlan().map { try Workspace($0) } }
        guard let tail else { return features }
        var offset = 0
        for name in self.network.outputs {
            try tail.withFloats(of: name) { input in
                for index in input.indices { input[index] = features[offset + index] }
                offset += input.count
            }
        }
        try tail.runForward()
        return try tail.withFloats(of: network.output.name) { span in span.indices.map { span[$0] } }
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
        let made = try Workspace(planning.plan(batch: batch))
        seconds.trunk += (clock.now - start) / .seconds(1)
        seconds.decode -= (clock.now - start) / .seconds(1)
        workspaces[batch] = made
        return made
    }
}
