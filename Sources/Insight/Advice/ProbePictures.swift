internal import GraftDatasets
internal import GraftTensors
internal import GraftTraining

/// Pictures whose labels are to be told from features, and the parts of a cross-validation.
struct ProbePictures: Sendable {
    let task: LearningTask
    let targets: [Target]
    /// The number of classes, or of numbers.
    let width: Int
    let folds: Folds
    /// The targets as a probe learns them.
    private let rows: [[Float]]
    private let standardization: Standardization?

    /// How strongly a probe is held back: the best of these is taken.
    private static let ridges: [Float] = [0.02, 0.2, 2]

    /// Pictures with these targets.
    ///
    /// - Parameter groups: pictures of the same group, as copies are, are in the same part.
    /// - Throws: where the task cannot be learned.
    init(_ task: LearningTask, targets: [Target], width: Int, groups: [Int], folds: Int) throws {
        (self.task, self.targets, self.width) = (task, targets, width)
        // A picture of several classes, or of numbers, is in whichever part.
        let labels = targets.map { task.rules.classesPerPicture == .one ? $0.classes.first ?? 0 : 0 }
        self.folds = Folds(labels: labels, groups: groups, count: folds)
        let learning = try task.learning()
        standardization = learning.standardization(of: targets, width: width)
        let values = learning.batch(targets, width: width, standardization).rows(width: width)
        rows = targets.indices.map { Array(values[$0 * width..<($0 + 1) * width]) }
    }

    /// How well the labels of pictures can be told by probes that did not see them.
    ///
    /// - Parameter share: the share of the other pictures that each probe learns from.
    func score(_ matrix: GramMatrix, share: Double = 1) async throws -> ProbeScore {
        var best: ProbeScore?
        for ridge in Self.ridges {
            let answers = await crossValidated(matrix, ridge: ridge, share: share)
            let score = try ProbeScore(answers, self)
            if best.map({ score.metrics.score > $0.metrics.score }) ?? true { best = score }
        }
        guard let best else { preconditionFailure("there are ridges") }
        return best
    }

    /// The answers to all pictures, each by the probe of the other parts.
    private func crossValidated(_ matrix: GramMatrix, ridge: Float, share: Double) async -> [[Float]] {
        await withTaskGroup(of: [(Int, [Float])].self) { group in
            for part in 0..<folds.count {
                group.addTask {
                    let others = targets.indices.filter { folds.parts[$0] != part }
                    let probe = RidgeProbe(
                        matrix, chosen: some(share, of: others), targets: rows, ridge: ridge)
                    return targets.indices.filter { folds.parts[$0] == part }
                        .map { ($0, probe.answer($0, matrix)) }
                }
            }
            var answers = [[Float]](repeating: [], count: targets.count)
            for await part in group { for (picture, row) in part { answers[picture] = row } }
            return answers.map { standardization?.restored($0) ?? $0 }
        }
    }

    /// A share of some pictures, of each class alike.
    private func some(_ share: Double, of pictures: [Int]) -> [Int] {
        guard share < 1 else { return pictures }
        let groups = Dictionary(grouping: pictures) { targets[$0].classes.first ?? -1 }
        return groups.keys.sorted().flatMap { label in
            let members = groups[label] ?? []
            let count = max(Int((Double(members.count) * share).rounded()), 1)
            var order = members
            var generator = CounterGenerator(seed: 0, purpose: "learning curve/\(label)")
            generator.shuffle(&order)
            return Array(order.prefix(count))
        }.sorted()
    }

    /// So many neighbours are asked.
    private static let neighbours = 10

    /// The share of pictures whose class is that of most of the nearest pictures of other parts; `nil` where a
    /// picture has not just one class.
    func neighbourScore(_ matrix: GramMatrix) -> Double? {
        guard task.rules.classesPerPicture == .one else { return nil }
        let lengths = targets.indices.map { max(matrix[$0, $0], 1e-12).squareRoot() }
        let right = targets.indices.count { picture in
            var best = BestFew<Int>(Self.neighbours)
            for other in targets.indices where folds.parts[other] != folds.parts[picture] {
                let cosine = matrix[picture, other] / (lengths[picture] * lengths[other])
                best.offer(targets[other].classes.first ?? 0, Double(cosine))
            }
            var votes: [Int: Double] = [:]
            for near in best.found { votes[near.element, default: 0] += 1 + near.score / 100 }
            let winner = votes.max { ($0.value, $1.key) < ($1.value, $0.key) }
            return winner?.key == targets[picture].classes.first
        }
        return Double(right) / Double(max(targets.count, 1))
    }

    /// How well pictures with other looks are told by probes of the pictures as they are.
    ///
    /// - Parameters:
    ///   - both: how alike the pictures are, and behind them the same ones with another look.
    func scoreOfOthers(_ both: GramMatrix, ridge: Float = 0.2) async throws -> (
        own: ProbeScore, other: ProbeScore
    ) {
        let count = targets.count
        let answers = await withTaskGroup(of: [(Int, [Float], [Float])].self) { group in
            for part in 0..<folds.count {
                group.addTask {
                    let probe = RidgeProbe(
                        both, chosen: targets.indices.filter { folds.parts[$0] != part }, targets: rows,
                        ridge: ridge)
                    return targets.indices.filter { folds.parts[$0] == part }
                        .map { ($0, probe.answer($0, both), probe.answer(count + $0, both)) }
                }
            }
            var answers = [([Float], [Float])](repeating: ([], []), count: count)
            for await part in group { for (picture, own, other) in part { answers[picture] = (own, other) } }
            return answers
        }
        return (try ProbeScore(answers.map(\.0), self), try ProbeScore(answers.map(\.1), self))
    }
}
