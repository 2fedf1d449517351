internal import GraftDatasets
internal import GraftTensors

/// Finds pictures whose class is probably another one, and pictures that are unlike all others, by their features.
struct LabelJudge {
    /// The pictures' paths.
    let paths: [String]
    /// Vectors of length 1, one a picture.
    let vectors: [[Float]]
    let labels: [Int]
    let classes: [String]
    let folds: Folds

    /// Fewer pictures of a class are not judged.
    private static let leastOfClass = 5
    /// So many neighbours are asked.
    private static let neighbours = 10

    /// What is found, surest first.
    ///
    /// - Parameter threads: how many threads are used.
    func findings(threads: Int) async -> [Finding] {
        let near = vectors.count <= Self.mostPictures ? await allNearest(threads) : []
        return await wrongLabels(near) + outliers(near)
    }

    /// With more pictures neighbours are not looked for, which takes the square of their number.
    private static let mostPictures = 20_000

    /// The nearest other pictures of each, nearest first, with their cosines.
    private func allNearest(_ threads: Int) async -> [[(picture: Int, cosine: Float)]] {
        let size = max((vectors.count + 4 * threads - 1) / (4 * threads), 1)
        return await withTaskGroup(of: (Int, [[(picture: Int, cosine: Float)]]).self) { group in
            for start in stride(from: 0, to: vectors.count, by: size) {
                group.addTask {
                    (start, (start..<min(start + size, vectors.count)).map { nearest($0, Self.neighbours) })
                }
            }
            var parts: [Int: [[(picture: Int, cosine: Float)]]] = [:]
            for await (start, found) in group { parts[start] = found }
            return parts.keys.sorted().flatMap { parts[$0] ?? [] }
        }
    }

    private func wrongLabels(_ near: [[(picture: Int, cosine: Float)]]) async -> [Finding] {
        let counts = Dictionary(grouping: labels) { $0 }.mapValues(\.count)
        guard counts.count > 1, counts.values.allSatisfy({ $0 >= Self.leastOfClass }) else { return [] }
        // Classes without pictures would have a score all the same.
        let present = counts.keys.sorted()
        let places = Dictionary(uniqueKeysWithValues: present.enumerated().map { ($1, $0) })
        let compact = labels.map { places[$0] ?? 0 }
        let probabilities = await crossValidated(compact, classCount: present.count)
        let learning = ConfidentLearning(
            labels: compact, probabilities: probabilities, classCount: present.count)
        // Of the others those for which another class is more probable are worth a look.
        let order = labels.indices.filter { picture in
            let row = probabilities[picture]
            return learning.isLabelIssue[picture] || row.contains { $0 > row[compact[picture]] }
        }.sorted { (learning.qualityScores[$0], $0) < (learning.qualityScores[$1], $1) }
        return order.map { picture in
            let row = probabilities[picture]
            let best = row.indices.max { row[$0] < row[$1] } ?? 0
            let isSure =
                disagree(picture, near)
                && (learning.isLabelIssue[picture] || row[compact[picture]] < row[best] / 4)
            let (given, other) = (classes[labels[picture]], classes[present[best]])
            let message =
                isSure
                ? "\(paths[picture]) is almost certainly no \(given) but \(other)."
                : "\(paths[picture]) is given as \(given) and looks like \(other): worth a look."
            return Finding(
                severity: isSure ? .warning : .note, kind: .wrongLabel, path: paths[picture],
                score: Double(1 - learning.qualityScores[picture]), message: message)
        }
    }

    /// Probabilities of each picture's classes by classifiers of the other parts.
    private func crossValidated(_ labels: [Int], classCount: Int) async -> [[Float]] {
        await withTaskGroup(of: [(Int, [Float])].self) { group in
            for part in 0..<folds.count {
                group.addTask {
                    let probe = LinearProbe(
                        vectors, chosen: labels.indices.filter { folds.parts[$0] != part }, labels: labels,
                        classCount: classCount)
                    return labels.indices.filter { folds.parts[$0] == part }
                        .map { ($0, probe.probabilities(vectors[$0])) }
                }
            }
            var result = [[Float]](repeating: [], count: labels.count)
            for await part in group { for (picture, row) in part { result[picture] = row } }
            return result
        }
    }

    /// The nearest other pictures with their cosines.
    private func nearest(_ picture: Int, _ count: Int) -> [(picture: Int, cosine: Float)] {
        let own = vectors[picture]
        var best = BestFew<Int>(count)
        for other in vectors.indices where other != picture {
            best.offer(other, Double(DotProduct.of(own, vectors[other])))
        }
        return best.found.map { ($0.element, Float($0.score)) }
    }

    /// Whether most of the nearest pictures are of one other class; not where they are not known.
    private func disagree(_ picture: Int, _ near: [[(picture: Int, cosine: Float)]]) -> Bool {
        guard !near.isEmpty else { return false }
        let found = near[picture].map { labels[$0.picture] }
        let own = found.count { $0 == labels[picture] }
        let others = Dictionary(grouping: found.filter { $0 != labels[picture] }) { $0 }.mapValues(\.count)
        return own <= Self.neighbours / 5 && (others.values.max() ?? 0) >= Self.neighbours / 2 + 1
    }

    /// Fewer pictures have no usual distance.
    private static let leastPictures = 30
    /// No more outliers are named.
    private static let mostOutliers = 50

    /// Pictures much further from their nearest ones than usual.
    private func outliers(_ near: [[(picture: Int, cosine: Float)]]) -> [Finding] {
        guard near.count >= Self.leastPictures else { return [] }
        let distances = near.map { 1 - $0.prefix(5).reduce(Float(0)) { $0 + $1.cosine } / 5 }
        let sorted = distances.sorted()
        let median = sorted[sorted.count / 2]
        let spread = max(sorted[sorted.count * 3 / 4] - median, 1e-3)
        return distances.indices.filter { distances[$0] > median + 5 * spread }
            .sorted { distances[$0] > distances[$1] }.prefix(Self.mostOutliers).map { picture in
                Finding(
                    severity: .note, kind: .outlier, path: paths[picture], score: Double(distances[picture]),
                    message: "\(paths[picture]) is unlike all other pictures.")
            }
    }
}
