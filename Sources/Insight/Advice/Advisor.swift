internal import GraftArchitectures
package import GraftDatasets
internal import GraftExecution
package import GraftFiles
internal import GraftImages
package import GraftModels
internal import GraftNetworks
internal import GraftTensors
internal import GraftTraining

/// Finds out which pretrained network suits some pictures, at which size, and what training can be expected to give:
/// by measurement, with linear classifiers on features.
///
/// Networks are tried on a few pictures first; those that are clearly worse than another one are not tried on all.
package struct Advisor: Sendable {
    private let dataset: any Dataset
    private let bases: [String]
    private let threads: Int
    private let usesCache: Bool
    private let home: GraftHome
    private let deadline: ContinuousClock.Instant
    private let onEvent: @Sendable (AdvisorEvent) -> Void

    /// An advisor.
    ///
    /// - Parameters:
    ///   - bases: the networks to try; those whose weights are here where there are none.
    ///   - budget: the seconds that trying may take.
    package init(
        _ dataset: any Dataset, bases: [String] = [], budget: Double, threads: Int, usesCache: Bool = true,
        home: GraftHome = .current, onEvent: @Sendable @escaping (AdvisorEvent) -> Void = { _ in }
    ) {
        self.dataset = dataset
        self.bases = bases
        self.threads = threads
        self.usesCache = usesCache
        self.home = home
        deadline = ContinuousClock.now + .seconds(budget)
        self.onEvent = onEvent
    }

    /// So many pictures are looked at first, and in the trials of sizes and depths.
    private static let firstCount = 400
    /// No more pictures are looked at.
    private static let greatestCount = 1500
    private static let folds = 5
    /// Scores that differ by less count as equal: then the cheaper one is taken.
    static let margin = 0.005

    /// A pretrained network and how fast it is here.
    private struct Candidate {
        var trunk: Trunk
        var cost: Int
        var rate: Double
    }

    /// A network that was tried.
    private struct Trial {
        var candidate: Candidate
        var score: ProbeScore
        var matrix: GramMatrix
        var summary: Advice.Trunk
    }

    /// Tries networks, sizes and depths.
    ///
    /// - Throws: `SettingError` where no network can be tried, or too few pictures can be used.
    package func advise() async throws -> Advice {
        let all = try await usable()
        let few = try DatasetSubset(all.dataset, limit: Self.firstCount, seed: 0)
        var leftOut: [Advice.LeftOut] = []
        let candidates = try await candidates(count: few.samples.count, &leftOut)
        var trials: [Trial] = []
        for candidate in candidates {
            if let reason = reasonToStop(candidate, pictures: few.samples.count), !trials.isEmpty {
                leftOut.append(Advice.LeftOut(name: candidate.trunk.architecture.name, reason: reason))
            } else {
                trials.append(try await trial(candidate, few, groups: all.groups))
            }
        }
        guard let first = trials.first else { throw Self.nothingToTry(bases) }
        var best = trials.dropFirst().reduce(first) {
            $0.score.metrics.score >= $1.score.metrics.score ? $0 : $1
        }
        var summaries = trials.map(\.summary)
        if all.dataset.samples.count > few.samples.count {
            let kept = try trials.filter { try !best.score.isClearlyBetter(than: $0.score, by: 0.01) }
            for index in summaries.indices {
                summaries[index].isDropped = !kept.contains { $0.summary.name == summaries[index].name }
            }
            trials = []
            for trial in kept {
                let name = trial.summary.name
                if reasonToStop(trial.candidate, pictures: all.dataset.samples.count) != nil, !trials.isEmpty
                {
                    continue
                }
                let again = try await self.trial(trial.candidate, all.dataset, groups: all.groups)
                trials.append(again)
                if let place = summaries.firstIndex(where: { $0.name == name }) {
                    summaries[place] = again.summary
                }
            }
            best = trials.dropFirst().reduce(trials[0]) {
                $0.score.metrics.score >= $1.score.metrics.score ? $0 : $1
            }
        }
        // They come with the cheapest first.
        let chosen = trials.first { best.score.metrics.score - $0.score.metrics.score <= Self.margin } ?? best
        return try await advice(chosen, summaries, leftOut, all: all, few: few)
    }

    private func advice(
        _ chosen: Trial, _ trunks: [Advice.Trunk], _ leftOut: [Advice.LeftOut], all: Usable,
        few: DatasetSubset
    ) async throws -> Advice {
        let trunk = chosen.candidate.trunk
        let pictures = try probePictures(few, all.groups)
        let (sizes, inputSize) = try await sizes(chosen.candidate, few, pictures)
        let depths = try await depths(trunk, few, pictures)
        let mirrored = try await mirrored(trunk, few, all.groups)
        let curve = try await curve(chosen, try probePictures(all.dataset, all.groups))
        let architecture = trunk.architecture
        var choice = AdvisedRecipe(
            pictures: all.count, classes: dataset.classes.count, task: dataset.task, score: chosen.score)
        if let mirrored {
            choice.isMirrorSafe = try !mirrored.own.isClearlyBetter(than: mirrored.other, by: 0.01)
        }
        choice.depths = depths
        // At its own size the network saw the most pictures.
        let other = sizes.first { $0.inputSize == inputSize && inputSize != trunk.preprocessing.width }
        let figure = try other?.probe ?? Advice.Figure(chosen.score)
        let expected = Advice.Expected(
            name: chosen.score.metrics.scoreName, score: figure.score, interval: [figure.low, figure.high])
        var advice = Advice(
            pictures: all.dataset.samples.count, allPictures: all.count, trunks: trunks, leftOut: leftOut,
            depths: depths, sizes: sizes, curve: curve, gainOfTwice: LearningCurve.gainOfTwice(curve),
            mirrored: mirrored.map { [$0.own.metrics.score, $0.other.metrics.score] },
            base: architecture.name, inputSize: inputSize,
            recipe: try choice.recipe(base: architecture.name, inputSize: inputSize), expected: expected)
        advice.reasons = choice.reasons(advice)
        let recommended = try GraftTraining.Trunk(architecture, inputSize: inputSize, home: home)
        var learning = TransferLearning(dataset, trunk: recommended)
        (learning.recipe, learning.threads) = (advice.recipe, threads)
        if let outline = try? await learning.schedule().outline(seconds: 0.1) {
            advice.expected.seconds = min(outline.seconds, outline.budget ?? .infinity)
        }
        return advice
    }

    // MARK: Pictures

    /// The pictures that can be used, and which of them are copies of each other.
    private struct Usable {
        var dataset: DatasetSubset
        /// By path: the group of copies.
        var groups: [String: Int]
        /// The number of pictures of the data that are not for testing.
        var count: Int
    }

    private func usable() async throws -> Usable {
        let indices = dataset.samples.indices.filter { dataset.samples[$0].part != .test }
        let subset = try DatasetSubset(
            DatasetSubset(dataset, indices: indices), limit: Self.greatestCount, seed: 0)
        let examinations = try await Doctor.examine(subset, threads: threads) { [onEvent] done, total in
            onEvent(.reading(done: done, total: total))
        }
        if let obstacle = Doctor.obstacles(to: subset, examinations).first { throw obstacle }
        let usable = subset.samples.indices.filter { examinations[$0].isUsable }
        guard usable.count >= 4 * Self.folds else {
            throw SettingError(
                dataset.root, found: "has \(usable.count) pictures that can be used",
                expected: "at least \(4 * Self.folds), for anything to be measured")
        }
        var (groups, first): ([String: Int], [UInt64: Int]) = ([:], [:])
        for index in usable {
            guard let pixels = examinations[index].appearance?.pixels else { continue }
            groups[subset.samples[index].path] = first[pixels, default: index]
            first[pixels] = first[pixels] ?? index
        }
        return Usable(
            dataset: DatasetSubset(subset, indices: usable), groups: groups, count: indices.count)
    }

    private func probePictures(_ dataset: DatasetSubset, _ groups: [String: Int]) throws -> ProbePictures {
        try ProbePictures(
            dataset.task, targets: dataset.samples.map(\.target), width: dataset.classes.count,
            // Those of no group are alone.
            groups: dataset.samples.enumerated().map { groups[$1.path] ?? -1 - $0 }, folds: Self.folds)
    }

    // MARK: Networks

    private func candidates(count: Int, _ leftOut: inout [Advice.LeftOut]) async throws -> [Candidate] {
        let wanted = try bases.isEmpty ? Architecture.all : bases.map(Architecture.named)
        var candidates: [Candidate] = []
        for architecture in wanted {
            let trunk = try GraftTraining.Trunk(architecture, home: home)
            guard trunk.hasWeights else {
                if !bases.isEmpty { _ = try trunk.loadParameters() }
                continue
            }
            let entry = try NetworkEntry(architecture, includeTop: false, cores: threads, home: home)
            if let free = SystemLimits().freeMemory, entry.memory > free, bases.isEmpty {
                leftOut.append(
                    Advice.LeftOut(name: architecture.name, reason: "takes more memory than is free here"))
                continue
            }
            onEvent(.trying(architecture.name))
            let rate = try await NetworkMeasurement.measure(
                trunk.network, precision: trunk.precision, cores: threads, seconds: 0.1)
            candidates.append(
                Candidate(
                    trunk: trunk, cost: entry.cost.multiplyAccumulates, rate: rate.picturesPerSecond))
        }
        return candidates.sorted {
            ($0.cost, $0.trunk.architecture.name) < ($1.cost, $1.trunk.architecture.name)
        }
    }

    private static func nothingToTry(_ bases: [String]) -> SettingError {
        SettingError(
            "Advice", found: "needs the weights of a pretrained network, and none are here",
            expected: "those of one network at least",
            remedy: "\(.action(.pullWeights("efficientnet_lite0")))")
    }

    /// Whether the time is over: then only what is needed for an answer is done.
    private var isOver: Bool { ContinuousClock.now > deadline }

    /// Why a network is not tried on so many pictures; `nil` where it is.
    private func reasonToStop(_ candidate: Candidate, pictures: Int) -> String? {
        let left = (deadline - ContinuousClock.now) / .seconds(1)
        let seconds = Double(pictures) / candidate.rate
        guard seconds > max(left, 0) else { return nil }
        return "would take about \(Int(seconds.rounded(.up))) s, more than is left of the time"
    }

    private func trial(
        _ candidate: Candidate, _ dataset: DatasetSubset, groups: [String: Int]
    ) async throws -> Trial {
        let name = candidate.trunk.architecture.name
        onEvent(.trying(name))
        let matrix = try await matrix(of: candidate.trunk, dataset)
        let pictures = try probePictures(dataset, groups)
        let score = try await pictures.score(matrix)
        return Trial(
            candidate: candidate, score: score, matrix: matrix,
            summary: Advice.Trunk(
                name: name, inputSize: candidate.trunk.preprocessing.width, pictures: dataset.samples.count,
                probe: try Advice.Figure(score), neighbours: pictures.neighbourScore(matrix),
                picturesPerSecond: candidate.rate))
    }

    private func matrix(of trunk: Trunk, _ dataset: DatasetSubset) async throws -> GramMatrix {
        let vectors = try TrunkVectors(trunk, threads: threads, usesCache: usesCache)
        return await GramMatrix(try await rows(vectors, dataset), threads: threads)
    }

    private func rows(_ vectors: TrunkVectors, _ dataset: DatasetSubset) async throws -> [[Float]] {
        let found = try await vectors.rows(of: dataset, isNormalized: false) { [onEvent] in
            onEvent(.features($0))
        }.rows
        // All could be read just now.
        return try found.enumerated().map { index, row in
            guard let row else {
                throw SettingError(
                    dataset.samples[index].path, found: "cannot be read any more",
                    expected: "the picture that was there when the work began")
            }
            return row
        }
    }

    // MARK: Sizes, depths, views, numbers of pictures

    /// Other input sizes that are tried, as shares of the network's own.
    private static let sizeShares = [0.43, 0.57, 0.72, 1.29]

    /// The scores at several input sizes, and the size to take.
    private func sizes(
        _ candidate: Candidate, _ dataset: DatasetSubset, _ pictures: ProbePictures
    ) async throws -> (sizes: [Advice.Size], chosen: Int) {
        let architecture = candidate.trunk.architecture
        let native = candidate.trunk.preprocessing.width
        var tried: [(size: Int, score: ProbeScore, rate: Double)] = []
        let wanted = Self.sizeShares.map { Int((Double(native) * $0 / 32).rounded()) * 32 }
        for size in (wanted + [native]).sorted() where size >= architecture.minimumSize {
            let seconds =
                Double(dataset.samples.count) / candidate.rate * Double(size * size)
                / Double(native * native)
            if size != native, ContinuousClock.now + .seconds(seconds) > deadline { continue }
            let trunk = try GraftTraining.Trunk(architecture, inputSize: size, home: home)
            onEvent(.trying("\(architecture.name), \(size) px"))
            let score = try await pictures.score(try await matrix(of: trunk, dataset))
            let rate =
                size == native
                ? candidate.rate
                : try await NetworkMeasurement.measure(
                    trunk.network, precision: trunk.precision, cores: threads, seconds: 0.1
                ).picturesPerSecond
            tried.append((size, score, rate))
        }
        // A larger one costs more: it must be better by more than chance.
        let own = tried.first { $0.size == native }
        let good = try tried.filter { size in
            guard size.size > native, let own else { return true }
            return try size.score.isClearlyBetter(than: own.score, by: Self.margin)
        }
        // They come with the smallest first.
        let best = good.map(\.score.metrics.score).max() ?? 0
        let chosen = good.first { $0.score.metrics.score >= best }?.size ?? native
        let sizes = try tried.map {
            Advice.Size(inputSize: $0.size, probe: try Advice.Figure($0.score), picturesPerSecond: $0.rate)
        }
        return (sizes, chosen)
    }

    /// The depths that are looked at, as shares of the blocks.
    private static let depthShares = [0.25, 0.5, 0.75]

    private func depths(
        _ trunk: Trunk, _ dataset: DatasetSubset, _ pictures: ProbePictures
    ) async throws -> [Advice.Depth] {
        let (network, depths) = try trunk.network.pooled(atDepths: Self.depthShares)
        guard depths.count > 1, !isOver else { return [] }
        onEvent(.trying("\(trunk.architecture.name), \(depths.count) depths"))
        let vectors = try TrunkVectors(trunk, depths: network, threads: threads, usesCache: usesCache)
        let rows = try await rows(vectors, dataset)
        var (found, matrices, start): ([Advice.Depth], [GramMatrix], Int) = ([], [], 0)
        for depth in depths {
            let width = network.shape(of: depth.node)?.elementCount ?? 0
            let part = rows.map { Array($0[start..<start + width]) }
            start += width
            let matrix = await GramMatrix(part, threads: threads)
            matrices.append(matrix)
            found.append(
                Advice.Depth(layer: depth.map, probe: try Advice.Figure(try await pictures.score(matrix))))
        }
        let together = try await pictures.score(GramMatrix(meanOf: matrices))
        return found + [Advice.Depth(layer: nil, probe: try Advice.Figure(together))]
    }

    /// How well mirrored pictures are told by what is learned from the pictures as they are.
    private func mirrored(
        _ trunk: Trunk, _ dataset: DatasetSubset, _ groups: [String: Int]
    ) async throws -> (own: ProbeScore, other: ProbeScore)? {
        guard dataset.task.rules.hasClasses, !isOver else { return nil }
        onEvent(.trying("\(trunk.architecture.name), mirrored"))
        let plain = try await rows(TrunkVectors(trunk, threads: threads, usesCache: usesCache), dataset)
        let mirrored = try await rows(TrunkVectors(mirrored: trunk, threads: threads), dataset)
        let both = await GramMatrix(plain + mirrored, threads: threads)
        return try await probePictures(dataset, groups).scoreOfOthers(both)
    }

    private func curve(_ chosen: Trial, _ pictures: ProbePictures) async throws -> [Advice.Step] {
        // With five parts a probe learns from four fifths.
        let count = Double(pictures.targets.count * (Self.folds - 1)) / Double(Self.folds)
        var steps: [Advice.Step] = []
        for share in [0.25, 0.5] {
            let score = try await pictures.score(chosen.matrix, share: share)
            steps.append(
                Advice.Step(pictures: Int((count * share).rounded()), score: score.metrics.score))
        }
        return steps + [Advice.Step(pictures: Int(count.rounded()), score: chosen.score.metrics.score)]
    }
}

/// What happens while advice is looked for.
package enum AdvisorEvent: Sendable {
    /// Pictures are read.
    case reading(done: Int, total: Int)
    /// A network, a size or a depth is tried.
    case trying(String)
    /// Features are computed.
    case features(FeatureProgress)
}
