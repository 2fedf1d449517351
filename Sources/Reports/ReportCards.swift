internal import GraftDatasets
internal import GraftImages
internal import GraftInsight
internal import GraftModels
internal import GraftTensors
internal import GraftTraining
internal import Synchronization

/// Makes small pictures of what a report shows.
struct ReportCards: Sendable {
    private let inspection: Inspection
    private let samples: [String: Sample]
    private let explainer: Explainer?
    private let index: ReferenceIndex?
    private let threads: Int

    /// The side of a card's picture, and of a neighbour's.
    private static let (side, smallSide) = (176, 80)
    /// The first cards have a map of the evidence and neighbours.
    private static let explained = 60
    private static let neighbours = 3

    init(_ inspection: Inspection, _ dataset: any Dataset, threads: Int) {
        self.inspection = inspection
        self.threads = max(threads, 1)
        samples = Dictionary(dataset.samples.map { ($0.path, $0) }) { first, _ in first }
        // Not every network has such an end; a report does without maps then.
        explainer = try? Explainer(inspection.model, threads: threads)
        index = inspection.model.references.map(ReferenceIndex.init)
    }

    /// The cards of pictures at these positions.
    ///
    /// - Parameter explains: whether the first of them have a map of the evidence and neighbours.
    func cards(_ positions: [Int], explains: Bool) async throws -> [ReportContent.Card] {
        let small = SmallPictures(samples, side: Self.smallSide)
        let explained = explains ? Self.explained : 0
        return try await withThrowingTaskGroup(of: (Int, ReportContent.Card).self) { group in
            var cards = [ReportContent.Card?](repeating: nil, count: positions.count)
            var waiting = positions.enumerated().makeIterator()
            func begin() {
                guard let (number, position) = waiting.next() else { return }
                group.addTask {
                    let picture = inspection.pictures[position]
                    return (number, try await card(picture, isExplained: number < explained, small))
                }
            }
            for _ in 0..<2 * threads { begin() }
            while let (number, card) = try await group.next() {
                cards[number] = card
                begin()
            }
            return cards.compactMap(\.self)
        }
    }

    private func card(
        _ picture: InspectedPicture, isExplained: Bool, _ small: SmallPictures
    ) async throws -> ReportContent.Card {
        try Task.checkCancellation()
        var card = card(picture)
        if isExplained, inspection.model.task.rules.hasClasses, let explainer,
            let found = try await explainer.explain(picture.sample.load()).explanation
        {
            card.thumbnail = Thumbnail.middle(of: found.view, side: Self.side)
            card.heatMap = Thumbnail.middle(of: found.map.overlay(on: found.view), side: Self.side)
        } else if let image = picture.sample.load().decode().image {
            card.thumbnail = Thumbnail.middle(
                of: inspection.model.preprocessing.view(of: image), side: Self.side)
        }
        if isExplained, let vector = picture.vector, let index {
            card.nearest = index.nearest(Self.neighbours, to: vector).map { neighbour in
                let entry = index.pictures.entries[neighbour.position]
                return ReportContent.Card.Neighbour(
                    path: entry.path, label: entry.label, thumbnail: small.picture(entry.path))
            }
        }
        return card
    }

    private func card(_ picture: InspectedPicture) -> ReportContent.Card {
        let model = inspection.model
        let given = picture.target.words(model.classes)
        guard model.task.rules.hasClasses else {
            let numbers = picture.outputs.map { "\(Double($0).shortened)" }.joined(separator: ", ")
            return ReportContent.Card(path: picture.sample.path, given: given, answered: numbers)
        }
        let order = picture.outputs.indices.sorted { (picture.outputs[$0], $1) > (picture.outputs[$1], $0) }
        let shares = order.prefix(3).map {
            ReportContent.Card.Share(name: model.classes[$0], share: Double(picture.outputs[$0]))
        }
        let said =
            inspection.hasOneClassEach
            ? [order[0]] : picture.outputs.indices.filter { picture.outputs[$0] >= 0.5 }
        let answered = said.isEmpty ? "nothing" : said.map { model.classes[$0] }.joined(separator: ", ")
        return ReportContent.Card(
            path: picture.sample.path, given: given, answered: answered, shares: Array(shares))
    }
}

/// Small pictures of a data set, each made once.
private final class SmallPictures: Sendable {
    private let samples: [String: Sample]
    private let side: Int
    private let made = Mutex<[String: [UInt8]?]>([:])

    init(_ samples: [String: Sample], side: Int) { (self.samples, self.side) = (samples, side) }

    /// The picture at a path; `nil` where it cannot be had.
    func picture(_ path: String) -> [UInt8]? {
        if let known = made.withLock({ $0[path] }) { return known }
        let picture = samples[path]?.load().decode().image.flatMap { Thumbnail.middle(of: $0, side: side) }
        made.withLock { $0[path] = .some(picture) }
        return picture
    }
}

extension Inspection {
    /// The positions of pictures that the model gets wrong, or of numbers all, the worst first.
    var mistakesWorstFirst: [Int] {
        if hasOneClassEach {
            let answers = answers
            func certainty(_ position: Int) -> Float {
                let picture = pictures[position]
                return picture.outputs[answers[position]] - picture.outputs[picture.target.classes.first ?? 0]
            }
            return pictures.indices.filter { pictures[$0].target.classes.first != answers[$0] }
                .sorted { (-certainty($0), $0) < (-certainty($1), $1) }
        }
        func error(_ position: Int) -> Double {
            let picture = pictures[position]
            if model.task.rules.hasClasses {
                return picture.outputs.indices.reduce(0.0) { sum, label in
                    let share = Double(picture.outputs[label])
                    let isRight = picture.target.classes.contains(label)
                    return sum + ((share >= 0.5) == isRight ? 0 : abs(share - 0.5) + 0.5)
                }
            }
            return zip(picture.target.numbers, picture.outputs).enumerated().reduce(0.0) { sum, pair in
                let unit = model.standardization?.deviation[pair.offset] ?? 1
                let difference = (pair.element.0 - Double(pair.element.1)) / unit
                return sum + difference * difference
            }
        }
        let errors = pictures.indices.map(error)
        return pictures.indices.filter { errors[$0] > 0 }.sorted { (-errors[$0], $0) < (-errors[$1], $1) }
    }
}
